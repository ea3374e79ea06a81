import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A backend on loopback that answers its name. */
export interface Echo extends AsyncDisposable {
  readonly port: number;
}

/** Starts a backend that answers `name` to everything. */
export async function echo(name: string): Promise<Echo> {
  const server = createServer((_, response) => response.end(name));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `<status> <body>` of a GET on a connection of its own; `no answer` when there is none. */
export function get(port: number, host: string, path = "/", address = "127.0.0.1"): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request(
      { host: address, port, path, headers: { host }, agent: false, timeout: 5_000 },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body += chunk;
        });
        response.on("end", () => resolve(`${response.statusCode} ${body}`.trim()));
        response.on("error", () => resolve("no answer"));
      },
    );
    outgoing.on("error", () => resolve("no answer"));
    outgoing.end();
  });
}
