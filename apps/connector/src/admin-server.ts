import { createServer, type Server } from "node:http";
import type { Metrics } from "@fairlead/core";

export interface AdminServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  /** What is still missing before work can begin; empty when ready. */
  readonly missing: () => readonly string[];
}

/** `/healthz` (the process turns), `/readyz` (it can work, with or without the cloud) and `/metrics`. */
export class AdminServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(options: AdminServerOptions): Promise<AdminServer> {
    const server = createServer((request, response) => {
      respond(options, request.url ?? "").then(
        ({ status, body }) => {
          response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
          response.end(body);
        },
        () => response.writeHead(500).end(),
      );
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
    await promise;
    const address = server.address();
    return new AdminServer(server, typeof address === "object" && address !== null ? address.port : options.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}

async function respond(options: AdminServerOptions, path: string): Promise<{ status: number; body: string }> {
  switch (path) {
    case "/healthz":
      return { status: 200, body: "ok\n" };
    case "/readyz": {
      const missing = options.missing();
      return missing.length === 0
        ? { status: 200, body: "ok\n" }
        : { status: 503, body: `waiting for ${missing.join(", ")}\n` };
    }
    case "/metrics":
      return { status: 200, body: await options.metrics.expose() };
    default:
      return { status: 404, body: "not found\n" };
  }
}
