import { createServer, type IncomingHttpHeaders, type RequestListener, request } from "node:http";
import { createServer as createTcpServer } from "node:net";

/** A backend on loopback. */
export interface Echo extends AsyncDisposable {
  readonly port: number;
}

/** What an {@link echo} saw of a request. */
export interface Seen {
  readonly backend: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Answers 200 with what it saw, as JSON, and says its name; or runs `listener` instead. */
export async function echo(name: string, listener?: RequestListener): Promise<Echo> {
  const server = createServer(
    listener ??
      ((message, response) => {
        const seen = { backend: name, method: message.method, path: message.url, headers: message.headers };
        response.writeHead(200, { "content-type": "application/json", server: name, "x-remove": "1", "x-set": "old" });
        response.end(JSON.stringify(seen));
      }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the backend has no port");
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      // As a pod does: what has begun is finished.
      const closed = new Promise((resolve) => server.close(resolve));
      const impatience = setTimeout(() => server.closeAllConnections(), 2000);
      await closed;
      clearTimeout(impatience);
    },
  };
}

/** A request through the proxy. */
export interface Sent {
  readonly port: number;
  /** The Host header as it is sent. */
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** An answer from the proxy. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the backend saw; undefined when no {@link echo} answered. */
  readonly seen: Seen | undefined;
}

/** Sends one request on a connection of its own. The path goes out byte for byte. */
export function send({
  port,
  host = "a.example",
  path = "/",
  method = "GET",
  headers = {},
  body,
}: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, path, method, headers: { host, ...headers }, agent: false, timeout: 10_000 },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          const json = response.headers["content-type"] === "application/json" && text !== "";
          const seen: Seen | undefined = json ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, seen });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** A TCP port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
