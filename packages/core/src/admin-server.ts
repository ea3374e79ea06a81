import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface AdminServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Undefined: ready; otherwise what is still missing. */
  readonly notReady: () => string | undefined;
  /** The metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

/** `/healthz` (the process runs), `/readyz` (the process does its job) and `/metrics`. */
export class AdminServer implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts to listen; throws the system's error when it cannot. */
  static async listen(options: AdminServerOptions): Promise<AdminServer> {
    const server = createServer((request, response) => {
      const answer = (status: number, text: string, type = "text/plain; charset=utf-8") =>
        response.writeHead(status, { "content-type": type }).end(text);
      const path = request.url?.split("?")[0];
      if (path === "/healthz") return answer(200, "ok\n");
      if (path === "/readyz") {
        const missing = options.notReady();
        return missing === undefined ? answer(200, "ok\n") : answer(503, `${missing}\n`);
      }
      if (path !== "/metrics") return answer(404, "not found\n");
      return options.metrics().then(
        (text) => answer(200, text, "text/plain; version=0.0.4; charset=utf-8"),
        () => answer(500, "metrics failed\n"),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.host, resolve);
    });
    return new AdminServer(server);
  }

  /** Where it listens. */
  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
