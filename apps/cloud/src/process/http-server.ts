import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";

/** A server that is listening. */
export interface Listening {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  /** Takes no new connections, lets requests finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** Serves `fetch` on an address; port 0 asks the system for a free one. Rejects when the address is taken. */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<Listening> {
  const server = createServer(
    // Slow and endless requests must not hold connections: headers within 10 s, the whole request within 60 s.
    { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 },
    getRequestListener(fetch),
  );
  // A socket on which nothing moves, longer than the longest answer is waited for: its reader is gone or does not read.
  server.timeout = 150_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      if (!isInternet(address)) return reject(new TypeError("not listening on a port"));
      resolve({ server, host, port: address.port, close: (graceMs) => close(server, graceMs) });
    });
  });
}

function isInternet(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection is idle as soon as its answer is out, which may be long after we began to close.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
