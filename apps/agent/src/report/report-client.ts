import { readFile } from "node:fs/promises";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { MeshError } from "@fairlead/core";
import { NODE_REPORT_PATH, type NodeReportAnswer, type NodeReportBody } from "@fairlead/tunnel";

export interface ReportClientOptions {
  /** The connector, as `http://host:port`. */
  readonly url: string;
  /** Read for every report, as the kubelet renews it. */
  readonly tokenFile: string | undefined;
  /** How long one report may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
}

/** Sends reports to the connector over one HTTP/2 connection, which it opens again when it breaks. */
export class ReportClient implements Disposable {
  readonly #options: ReportClientOptions;
  #session: ClientHttp2Session | undefined;

  constructor(options: ReportClientOptions) {
    this.#options = options;
  }

  /** Sends one report. Throws `unavailable` or `timeout` when it may not have arrived, `unauthenticated` when refused. */
  async send(report: NodeReportBody): Promise<NodeReportAnswer> {
    const { url, tokenFile } = this.#options;
    const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, "utf8")).trim();
    const { status, body } = await this.#post(JSON.stringify(report), token);
    if (status === 401 || status === 403) {
      throw new MeshError("unauthenticated", {
        public: `The connector at ${url} does not accept this agent's token (${status}). Check FAIRLEAD_TOKEN_FILE.`,
      });
    }
    if (status !== 200) {
      throw new MeshError("unavailable", {
        public: `The connector at ${url} answered ${status}: ${body.slice(0, 200)}`,
      });
    }
    return parseAnswer(body);
  }

  [Symbol.dispose](): void {
    this.#session?.destroy();
  }

  #post(body: string, token: string | undefined): Promise<{ readonly status: number; readonly body: string }> {
    const session = this.#open();
    return new Promise((resolve, reject) => {
      const stream = session.request({
        [constants.HTTP2_HEADER_METHOD]: "POST",
        [constants.HTTP2_HEADER_PATH]: NODE_REPORT_PATH,
        [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/json",
        ...(token === undefined ? {} : { [constants.HTTP2_HEADER_AUTHORIZATION]: `Bearer ${token}` }),
      });
      let status = 0;
      let text = "";
      stream.setTimeout(this.#options.timeoutMs ?? 5_000, () => {
        // A connection that answers nothing may be half open: the next report gets a new one.
        session.destroy();
        reject(new MeshError("timeout", { public: `The connector at ${this.#options.url} does not answer.` }));
      });
      stream.setEncoding("utf8");
      stream.on("response", (headers) => {
        status = headers[":status"] ?? 0;
      });
      stream.on("data", (chunk: string) => {
        text += chunk;
      });
      stream.on("end", () => resolve({ status, body: text }));
      stream.on("error", (cause) => reject(this.#unreachable(cause)));
      stream.on("close", () => reject(this.#unreachable(undefined)));
      stream.end(body);
    });
  }

  #open(): ClientHttp2Session {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const session = connect(this.#options.url);
    // Streams report the failure; without a listener it would end the process.
    session.on("error", () => session.destroy());
    session.on("goaway", () => session.close());
    session.unref();
    this.#session = session;
    return session;
  }

  #unreachable(cause: unknown): MeshError {
    return new MeshError("unavailable", { public: `The connector at ${this.#options.url} cannot be reached.`, cause });
  }
}

function parseAnswer(body: string): NodeReportAnswer {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && "resync" in value && typeof value.resync === "boolean") {
      return { resync: value.resync };
    }
  } catch {}
  throw new MeshError("unavailable", { public: `The connector answered a report with ${body.slice(0, 200)}.` });
}
