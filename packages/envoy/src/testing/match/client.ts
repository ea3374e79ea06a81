import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { request as requestTls, Agent as TlsAgent } from "node:https";
import type { HeaderLine } from "@fairlead/mesh-model";

/** A request to send, byte for byte. */
export interface Wire {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** Empty: none. */
  readonly sni: string;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly headers: readonly HeaderLine[];
}

/** An answer; undefined: the connection failed. */
export type WireAnswer = { readonly status: number; readonly headers: readonly HeaderLine[] } | undefined;

/** Sends requests over connections that are kept. */
export class Client implements Disposable {
  readonly #plain = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly #tls = new TlsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

  async send(wire: Wire): Promise<WireAnswer> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#try(wire);
      } catch {
        // A kept connection may have been closed meanwhile.
        if (tries === 1) return undefined;
      }
    }
  }

  [Symbol.dispose](): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  #try({ address, port, tls, sni, method, target, host, headers }: Wire): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const options: RequestOptions = {
        host: address,
        port,
        method,
        path: target,
        headers: ["host", host, ...headers.flatMap(({ name, value }) => [name, value])],
        setDefaultHeaders: false,
        timeout: 10_000,
      };
      const take = (response: IncomingMessage) => {
        response.resume();
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: pairs(response.rawHeaders) }));
      };
      const sent = tls
        ? requestTls({ ...options, agent: this.#tls, servername: sni, rejectUnauthorized: false }, take)
        : request({ ...options, agent: this.#plain }, take);
      sent.on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
      sent.end();
    });
  }
}

/** Header lines from Node's flat list, names in lower case. */
export function pairs(raw: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    lines.push({ name: (raw[index] ?? "").toLowerCase(), value: raw[index + 1] ?? "" });
  }
  return lines;
}
