/** An answer of the API with its body read. */
export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, and assert what they find.
  readonly body: any;
}

/** HTTP with a token, and nothing hidden: tests of the API must see what any client sees. */
export class TestApi {
  readonly url: string;
  readonly token: string | undefined;

  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send("POST", path, body === undefined ? {} : { body: JSON.stringify(body) });
  }

  put(path: string, body: unknown, etag?: string): Promise<Answer> {
    return this.send("PUT", path, { body: JSON.stringify(body), ...(etag && { headers: { "if-match": etag } }) });
  }

  delete(path: string, etag?: string): Promise<Answer> {
    return this.send("DELETE", path, etag === undefined ? {} : { headers: { "if-match": etag } });
  }

  /** Sends a request as it is. */
  async send(
    method: string,
    path: string,
    { body, headers = {} }: { readonly body?: string; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const all = new Headers(headers);
    if (this.token !== undefined && !all.has("authorization")) all.set("authorization", `Bearer ${this.token}`);
    if (body !== undefined && !all.has("content-type")) all.set("content-type", "application/json");
    const response = await fetch(`${this.url}${path}`, { method, headers: all, ...(body !== undefined && { body }) });
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get("etag") ?? undefined,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  }
}
