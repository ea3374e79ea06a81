import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { ObjectKey } from "@fairlead/kubernetes-types";
import { NODE_REPORT_PATH, type NodeObjectReport, type NodeReport, parseNodeReport } from "@fairlead/tunnel";

/** The connector's end of node reports, which keeps what it is told. */
export class TestConnector implements AsyncDisposable {
  readonly reports: NodeReport[] = [];
  readonly objects = new Map<ObjectKey, NodeObjectReport>();
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #token: string;
  #knows: string | undefined;

  private constructor(server: Http2Server, token: string) {
    this.#server = server;
    this.#token = token;
  }

  static async listen(token: string, port = 0): Promise<TestConnector> {
    const server = createServer();
    const connector = new TestConnector(server, token);
    server.on("session", (session) => {
      connector.#sessions.add(session);
      session.on("close", () => connector.#sessions.delete(session));
    });
    server.on("stream", (stream, headers) => {
      let text = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => {
        text += chunk;
      });
      stream.on("end", () => {
        const allowed = headers.authorization === `Bearer ${token}` && headers[":path"] === NODE_REPORT_PATH;
        stream.respond({ ":status": allowed ? 200 : 401 });
        stream.end(allowed ? JSON.stringify({ resync: connector.#take(text) }) : "");
      });
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return connector;
  }

  get token(): string {
    return this.#token;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** `<state> <revision>` of an object, with field and reason when it is rejected. */
  state(key: ObjectKey): string | undefined {
    const report = this.objects.get(key);
    if (report === undefined) return undefined;
    const { state, revision, rejection } = report;
    const base = `${state} ${revision.epoch}.${revision.n}`;
    return rejection === undefined ? base : `${base} ${rejection.field} ${rejection.reason}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(text: string): boolean {
    const report = parseNodeReport(JSON.parse(text));
    if (!report.full && this.#knows !== report.instance) return true;
    this.reports.push(report);
    this.#knows = report.instance;
    if (report.full) this.objects.clear();
    for (const key of report.removed) this.objects.delete(key);
    for (const object of report.objects) this.objects.set(object.key, object);
    return false;
  }
}
