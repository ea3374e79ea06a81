import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createServer as createSocketServer, type Socket } from "node:net";
import type { HeaderLine } from "@fairlead/mesh-model";

/** What a backend of {@link EchoBackends} saw. */
export interface Arrival {
  readonly backend: string;
  readonly method: string;
  readonly path: string;
  /** Name, value, name, value, … */
  readonly headers: readonly string[];
}

/** Carries an {@link Arrival} in answers, as base64 of JSON: answers to HEAD have no body. */
export const ARRIVAL_HEADER = "x-arrival";

/** Headers of every answer, for edits to meet. */
export const ANSWER_HEADERS: readonly HeaderLine[] = [
  { name: "x-a", value: "answer" },
  { name: "x-c", value: "kept" },
];

/** Backends that tell what they saw, in HTTP/1.1 and in HTTP/2 without TLS: one port each, all in this process. */
export class EchoBackends implements AsyncDisposable {
  readonly #servers: readonly EchoServer[];
  /** By name. */
  readonly ports: ReadonlyMap<string, number>;

  private constructor(servers: readonly EchoServer[], ports: ReadonlyMap<string, number>) {
    this.#servers = servers;
    this.ports = ports;
  }

  static async start(names: readonly string[]): Promise<EchoBackends> {
    const ports = new Map<string, number>();
    const servers: EchoServer[] = [];
    for (const backend of names) {
      const server = await startEcho(backend);
      ports.set(backend, server.port);
      servers.push(server);
    }
    return new EchoBackends(servers, ports);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server.close();
  }
}

interface EchoServer {
  readonly port: number;
  close(): Promise<void>;
}

async function startEcho(backend: string): Promise<EchoServer> {
  const tell = (arrival: Arrival) => Buffer.from(JSON.stringify(arrival)).toString("base64");
  const edited = ANSWER_HEADERS.map(({ name, value }) => [name, value]);
  const http1 = createServer(
    { keepAliveTimeout: 60_000 },
    ({ method = "", url = "", rawHeaders }: IncomingMessage, response: ServerResponse) => {
      const told = tell({ backend, method, path: url, headers: rawHeaders });
      response.writeHead(200, [...edited.flat(), ARRIVAL_HEADER, told]).end();
    },
  );
  const http2 = createHttp2Server();
  http2.on("stream", (stream, { ":method": method = "", ":path": path = "", ":authority": host = "" }, _, raw) => {
    const told = tell({ backend, method, path, headers: ["host", host, ...raw] });
    stream.on("error", () => {});
    stream.respond({ ":status": 200, ...Object.fromEntries(edited), [ARRIVAL_HEADER]: told }, { endStream: true });
  });
  const open = new Set<Socket>();
  const server = createSocketServer((socket) => {
    open.add(socket.on("close", () => open.delete(socket)).on("error", () => {}));
    // A client of HTTP/2 says so in its first bytes.
    socket.once("data", (first) => {
      socket.pause();
      socket.unshift(first);
      (`${first}`.startsWith("PRI ") ? http2 : http1).emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the backend has no port");
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of open) socket.destroy();
    await closed;
  };
  return { port: address.port, close };
}
