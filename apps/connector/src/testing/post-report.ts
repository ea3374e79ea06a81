import { connect } from "node:http2";
import { NODE_REPORT_PATH, type NodeReportBody } from "@fairlead/tunnel";
import { AGENT_TOKEN } from "./test-connector.ts";

/** What a report was answered. */
export interface ReportAnswer {
  readonly status: number;
  readonly body: { readonly resync?: boolean; readonly code?: string; readonly detail?: string };
}

/** Sends a report to a port of this machine as an agent does. An empty token sends none. */
export function postReport(
  port: number,
  body: string,
  token: string = AGENT_TOKEN,
  path: string = NODE_REPORT_PATH,
): Promise<ReportAnswer> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("error", reject);
    const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
    const stream = session.request({ ":method": "POST", ":path": path, ...headers });
    let status = 0;
    let text = "";
    stream.on("response", (response) => {
      status = Number(response[":status"]);
    });
    stream.setEncoding("utf8");
    stream.on("data", (chunk) => {
      text += chunk;
    });
    stream.on("error", reject);
    stream.on("end", () => {
      session.close();
      if (text === "") reject(new Error("no answer"));
      else resolve({ status, body: JSON.parse(text) });
    });
    stream.end(body);
  });
}

/** A node's report as text. */
export function reportText(change: Partial<NodeReportBody>): string {
  return JSON.stringify({ node: "n1", instance: "i", seq: 1, full: true, objects: [], removed: [], ...change });
}
