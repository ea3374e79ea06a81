import { createServer as createProxy } from "node:http";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { selfSigned } from "@fairlead/testkit";
import type { Cloud } from "./cloud.ts";

/** The name the cloud has in the network. Nobody in a cluster can resolve it: only the proxy knows where it is. */
const HOST = "cloud.internal.example";

/** A company's network: the cloud behind TLS with a certificate of its own authority, and one way there, a proxy. */
export interface PrivateNetwork extends AsyncDisposable {
  /** The cloud as connectors are told. */
  readonly cloudUrl: string;
  /** The proxy as connectors are told. */
  readonly proxyUrl: string;
  /** The authority's certificate, PEM. */
  readonly authority: string;
  /** The tunnels the proxy was asked for, as `host:port`. */
  readonly asked: readonly string[];
  /** Bytes that passed through them in both directions. */
  passedBytes(): number;
}

/** Builds such a network around a cloud. Its TLS ends on the machine's loopback, where no pod gets by itself. */
export async function startPrivateNetwork(cloud: Cloud, machineAddress: string): Promise<PrivateNetwork> {
  await using resources = new AsyncDisposableStack();
  const { chain, key } = selfSigned(HOST);
  const secure = createTlsServer({ cert: chain, key }, (socket) => join(socket, connect(cloud.port, "127.0.0.1")));
  const securePort = await listen(resources, secure, "127.0.0.1");
  const target = `${HOST}:${securePort}`;
  const asked: string[] = [];
  const tunnels: Socket[] = [];
  const proxy = createProxy((_request, response) => response.writeHead(405).end());
  proxy.on("connect", (request, client: Socket) => {
    asked.push(request.url ?? "");
    if (request.url !== target) return void client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    tunnels.push(client);
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    join(client, connect(securePort, "127.0.0.1"));
  });
  const proxyPort = await listen(resources, proxy, machineAddress);
  const held = resources.move();
  return {
    cloudUrl: `wss://${target}`,
    proxyUrl: `http://${machineAddress}:${proxyPort}`,
    authority: chain,
    asked,
    passedBytes: () => tunnels.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Carries bytes both ways; the end of one is the end of the other. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}

async function listen(resources: AsyncDisposableStack, server: Server, host: string): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  resources.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  // SAFETY: a server that listens on a port has such an address.
  return (server.address() as AddressInfo).port;
}
