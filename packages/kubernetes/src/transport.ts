import { readFileSync } from "node:fs";
import { MeshError } from "@fairlead/core";
import type { KubernetesStatus } from "@fairlead/kubernetes-types";
import { Agent, type Dispatcher } from "undici";
import { apiError, isStatus } from "./api-errors.ts";
import type { Connection } from "./connection.ts";

export interface TransportOptions {
  readonly connection: Connection;
  /** Sent as `User-Agent`. */
  readonly userAgent: string;
  /** Until the answer's headers, and then between any two pieces of its body. */
  readonly requestTimeoutMs: number;
}

export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Parameters that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

const TOKEN_FILE_MAX_AGE_MS = 60_000;

/** HTTP to one API server: short requests share kept-alive connections, every watch has one of its own. */
export class Transport implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #requests: Agent;
  readonly #watches: Agent;
  #fileToken: { readonly value: string; readonly readAt: number } | undefined;

  constructor(options: TransportOptions) {
    const url = new URL(options.connection.server);
    this.#connection = options.connection;
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/$/, "");
    this.#headers = { accept: "application/json", "user-agent": options.userAgent };
    const connect = connectOptions(options.connection);
    const timeout = options.requestTimeoutMs;
    // HTTP/1.1: over HTTP/2 the watches would share one connection, and its fate.
    const common = { connect, allowH2: false, keepAliveTimeout: 60_000, headersTimeout: timeout };
    this.#requests = new Agent({ ...common, connections: 64, bodyTimeout: timeout });
    this.#watches = new Agent({ ...common, bodyTimeout: 0 });
  }

  /** Sends a request and gives the decoded JSON answer; a failure is a MeshError. */
  async json(request: TransportRequest): Promise<unknown> {
    const answer = await this.#send(this.#requests, request);
    const text = await this.#guard(request, () => answer.body.text());
    if (answer.statusCode >= 400) throw failure(text, answer.statusCode, request);
    return parseJson(text, request);
  }

  /**
   * Opens a stream of JSON lines and hands each decoded line to `onLine` in the same turn it arrives.
   * Resolves when the server ends the stream; `timeout` when nothing at all arrives for `silenceMs`.
   */
  async lines(request: TransportRequest, silenceMs: number, onLine: (value: unknown) => void): Promise<void> {
    const answer = await this.#send(this.#watches, request);
    if (answer.statusCode >= 400) {
      throw failure(await this.#guard(request, () => answer.body.text()), answer.statusCode, request);
    }
    await this.#guard(request, () => readLines(answer.body, silenceMs, request, onLine));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#requests.destroy(), this.#watches.destroy()]);
  }

  #send(agent: Agent, request: TransportRequest): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = { ...this.#headers };
    const token = this.#token();
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (request.body !== undefined) headers["content-type"] = request.contentType ?? "application/json";
    return this.#guard(request, () =>
      agent.request({
        origin: this.#origin,
        path: `${this.#basePath}${request.path}${queryString(request.query ?? {})}`,
        method: request.method,
        headers,
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: request.signal ?? null,
      }),
    );
  }

  #token(): string | undefined {
    const { token, tokenFile } = this.#connection;
    if (tokenFile === undefined) return token?.reveal();
    const now = Date.now();
    if (this.#fileToken === undefined || now - this.#fileToken.readAt > TOKEN_FILE_MAX_AGE_MS) {
      this.#fileToken = { value: readFileSync(tokenFile, "utf8").trim(), readAt: now };
    }
    return this.#fileToken.value;
  }

  async #guard<T>(request: TransportRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      if (error instanceof MeshError) throw error;
      throw networkError(error, `${request.method} ${request.path}`, this.#origin);
    }
  }
}

function connectOptions(connection: Connection) {
  const { certificateAuthority, tlsServerName, clientCertificate, clientKey, insecureSkipTlsVerify } = connection;
  return {
    timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelay: 15_000,
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate }),
    ...(clientKey === undefined ? {} : { key: clientKey.reveal() }),
    ...(insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
  };
}

function queryString(query: NonNullable<TransportRequest["query"]>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function readLines(
  body: Dispatcher.ResponseData["body"],
  silenceMs: number,
  request: TransportRequest,
  onLine: (value: unknown) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest: Buffer[] = [];
    const silent = () =>
      body.destroy(
        new MeshError("timeout", {
          public: `The Kubernetes API sent nothing on a watch for ${Math.round(silenceMs / 1000)} s.`,
          internal: `${request.path}: silent for ${silenceMs} ms`,
        }),
      );
    const deadline = setTimeout(silent, silenceMs);
    body.on("data", (chunk: Buffer) => {
      deadline.refresh();
      try {
        let start = 0;
        for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
          const piece = chunk.subarray(start, end);
          const line = rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
          rest = [];
          start = end + 1;
          if (line.length > 0) onLine(parseJson(line.toString("utf8"), request));
        }
        if (start < chunk.length) rest.push(chunk.subarray(start));
      } catch (error) {
        body.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    body.on("end", () => {
      clearTimeout(deadline);
      resolve();
    });
    body.on("error", (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    body.on("close", () => {
      clearTimeout(deadline);
      resolve();
    });
  });
}

function parseJson(text: string, request: TransportRequest): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MeshError("unavailable", {
      public: "The Kubernetes API answered with something that is not JSON.",
      internal: `${request.method} ${request.path}: not JSON: ${text.slice(0, 200)}`,
      cause: error,
    });
  }
}

function failure(text: string, httpStatus: number, request: TransportRequest): MeshError {
  let status: KubernetesStatus | undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (isStatus(parsed)) status = parsed;
  } catch {
    // Not the API server's own words (a proxy's page, say): what is known is the number.
  }
  const fallback: KubernetesStatus = { apiVersion: "v1", kind: "Status", code: httpStatus };
  return apiError(status ?? fallback, httpStatus, `${request.method} ${request.path}`);
}

function networkError(error: unknown, request: string, origin: string): MeshError {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const slow = error instanceof Error && /Timeout/.test(error.name);
  return new MeshError(slow ? "timeout" : "unavailable", {
    public: slow ? `${origin} did not answer in time.` : `${origin} cannot be reached: ${text}`,
    internal: `${request}: ${text}`,
    cause: error,
  });
}
