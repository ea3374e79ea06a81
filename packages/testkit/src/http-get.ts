import { type Agent, request } from "node:http";

/** An HTTP answer in whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export interface HttpGetOptions {
  /** Default `GET`. */
  readonly method?: string;
  /** Keeps connections. Default: one of its own. */
  readonly agent?: Agent;
}

/** One request with any Host header, which `fetch` would not let us set. Throws when no answer comes within 10 s. */
export function httpGet(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  { method = "GET", agent }: HttpGetOptions = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status = 0, headers: received } = response;
        resolve({ status, headers: received, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.setTimeout(10_000, () => sent.destroy(new Error(`no answer from ${url} within 10 s`)));
    sent.end();
  });
}
