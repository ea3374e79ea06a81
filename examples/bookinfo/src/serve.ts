import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What a handler answers: a status and either JSON data or an HTML page. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly html?: string;
}

/** Answers a path; undefined is a 404. */
export type Handler = (path: string, request: IncomingMessage) => Answer | undefined | Promise<Answer | undefined>;

/** Serves one Bookinfo service over HTTP until SIGTERM, then lets open requests end. */
export function serve(service: string, handler: Handler): Server {
  const server = createServer((request, response) => {
    answer(handler, request, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    });
  });
  // Longer than the proxy keeps idle upstream connections, so that the server never closes one that is about to be used.
  server.keepAliveTimeout = 120_000;
  const host = process.env.HOST ?? "0.0.0.0";
  const port = Number(process.env.PORT ?? 9080);
  server.listen(port, host, () => console.log(`${service} listens on ${host}:${port}`));
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
    });
  }
  return server;
}

async function answer(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? "/", "http://service").pathname;
  const found = (await handler(path, request)) ?? { status: 404, json: { error: `no page at ${path}` } };
  const isHtml = found.html !== undefined;
  const body = isHtml ? (found.html ?? "") : JSON.stringify(found.json);
  response.writeHead(found.status, {
    "content-type": isHtml ? "text/html; charset=utf-8" : "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** Headers a service hands on, so that a trace and a tester's routing survive the next hop. */
export function forwardedHeaders(request: IncomingMessage): Record<string, string> {
  const names = ["x-request-id", "traceparent", "tracestate", "end-user", "user-agent"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
