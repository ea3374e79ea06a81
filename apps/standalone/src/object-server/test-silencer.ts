import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy that can stop passing anything on without closing a connection. */
export interface Silencer extends AsyncDisposable {
  readonly port: number;
  /** Nothing passes on the connections there are now; new ones work. */
  readonly silence: () => void;
}

/** Starts a proxy to a port of 127.0.0.1. */
export async function startSilencer(target: number): Promise<Silencer> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    silence: () => {
      for (const socket of sockets) socket.unpipe();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
