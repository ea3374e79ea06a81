import { request } from "node:http";

/** An HTTP answer in whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** One GET with any Host header, which `fetch` would not let us set. */
export function get(url: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.on("error", reject);
    sent.setTimeout(10_000, () => sent.destroy(new Error(`no answer from ${url} within 10 s`)));
    sent.end();
  });
}
