import { createServer, type Http2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { type Log, MeshError } from "@fairlead/core";
import { NODE_REPORT_MAX_BYTES, NODE_REPORT_PATH, type NodeReport, parseNodeReport } from "@fairlead/tunnel";
import type { TokenCheck } from "./token-check.ts";

/** How long a report may take to arrive, in milliseconds. */
const BODY_TIMEOUT_MS = 10_000;

export interface NodeReportServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tokens: TokenCheck;
  readonly log: Log;
  /** Takes a report; false when the agent has to send a full one. */
  readonly onReport: (report: NodeReport) => boolean;
}

const STATUS: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  not_granted: 403,
  not_found: 404,
  body_too_large: 413,
  invalid_field: 400,
  malformed_body: 400,
  timeout: 408,
};

/** Where agents report: `POST /v1/node-report` over HTTP/2 without TLS, with a service-account token. */
export class NodeReportServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Http2Server;
  readonly #close: () => void;

  private constructor(server: Http2Server, port: number, close: () => void) {
    this.#server = server;
    this.port = port;
    this.#close = close;
  }

  /** Listens; resolves once reports are taken. */
  static async start(options: NodeReportServerOptions): Promise<NodeReportServer> {
    const server = createServer((request, response) => void answer(options, request, response));
    const sessions = new Set<{ destroy(): void }>();
    server.on("session", (session) => {
      sessions.add(session);
      session.on("close", () => sessions.delete(session));
      session.on("error", () => session.destroy());
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
    await promise;
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : options.port;
    return new NodeReportServer(server, port, () => {
      for (const session of sessions) session.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#close();
    await promise;
  }
}

async function answer(
  options: NodeReportServerOptions,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  try {
    const resync = await take(options, request);
    send(response, 200, { resync });
  } catch (thrown) {
    const error = MeshError.from(thrown);
    options.log.warn("node report refused", { code: error.code, error });
    const status = STATUS[error.code] ?? 503;
    send(response, status, { status, code: error.code, detail: error.public });
  }
}

async function take(options: NodeReportServerOptions, request: Http2ServerRequest): Promise<boolean> {
  if (request.url !== NODE_REPORT_PATH || request.method !== "POST") {
    throw new MeshError("not_found", { public: `Only POST ${NODE_REPORT_PATH} is served here.` });
  }
  const { node } = await options.tokens.check(request.headers.authorization);
  const report = parseNodeReport(await readJson(request));
  if (node !== undefined && node !== report.node) {
    throw new MeshError("not_granted", { public: `The token belongs to node ${node}, the report to ${report.node}.` });
  }
  return !options.onReport(report);
}

async function readJson(request: Http2ServerRequest): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => {
    request.destroy(new MeshError("timeout", { public: "The report did not arrive in time." }));
  }, BODY_TIMEOUT_MS);
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > NODE_REPORT_MAX_BYTES) {
        const text = `A report may have ${NODE_REPORT_MAX_BYTES} bytes; send it in parts.`;
        throw new MeshError("body_too_large", { public: text });
      }
      chunks.push(bytes);
    }
  } finally {
    clearTimeout(timer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new MeshError("malformed_body", { public: "The report is not JSON.", cause });
  }
}

function send(response: Http2ServerResponse, status: number, body: object): void {
  if (response.stream.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
