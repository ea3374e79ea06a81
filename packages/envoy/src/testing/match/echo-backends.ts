import { createServer } from "node:http";
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

/** Backends that tell what they saw: one port each, all in this process. */
export class EchoBackends implements AsyncDisposable {
  readonly #servers: readonly ReturnType<typeof createServer>[];
  /** By name. */
  readonly ports: ReadonlyMap<string, number>;

  private constructor(servers: readonly ReturnType<typeof createServer>[], ports: ReadonlyMap<string, number>) {
    this.#servers = servers;
    this.ports = ports;
  }

  static async start(names: readonly string[]): Promise<EchoBackends> {
    const ports = new Map<string, number>();
    const servers: ReturnType<typeof createServer>[] = [];
    for (const backend of names) {
      const server = createServer({ keepAliveTimeout: 60_000 }, ({ method = "", url = "", rawHeaders }, response) => {
        const arrival: Arrival = { backend, method, path: url, headers: rawHeaders };
        const told = Buffer.from(JSON.stringify(arrival)).toString("base64");
        response.writeHead(200, [...ANSWER_HEADERS.flatMap(({ name, value }) => [name, value]), ARRIVAL_HEADER, told]);
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("the backend has no port");
      ports.set(backend, address.port);
      servers.push(server);
    }
    return new EchoBackends(servers, ports);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  }
}
