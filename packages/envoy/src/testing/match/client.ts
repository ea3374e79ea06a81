import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";
import { request as requestTls, Agent as TlsAgent } from "node:https";
import { createSecureContext } from "node:tls";
import type { HeaderLine } from "@fairlead/mesh-model";

/** A request to send, byte for byte. */
export interface Wire {
  readonly address: string;
  readonly port: number;
  /** `http2` without TLS begins with it, without asking. */
  readonly protocol: "http1" | "http2";
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
  readonly #plain = new Agent({ keepAlive: true, maxSockets: 8 });
  /** One for all: making it takes longer than a handshake. */
  readonly #context = createSecureContext();
  readonly #tls = new TlsAgent({
    keepAlive: true,
    maxSockets: 2,
    rejectUnauthorized: false,
    secureContext: this.#context,
  });
  readonly #sessions = new Map<string, ClientHttp2Session>();

  async send(wire: Wire): Promise<WireAnswer> {
    const send = () => (wire.protocol === "http2" ? this.#tryHttp2(wire) : this.#try(wire));
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof StaleConnection)) return undefined;
      return send().catch(() => undefined);
    }
  }

  [Symbol.dispose](): void {
    this.forget();
    this.#plain.destroy();
    this.#tls.destroy();
  }

  /** Closes what speaks HTTP/2: after a change of what is served its addresses are no more. */
  forget(): void {
    for (const session of this.#sessions.values()) session.destroy();
    this.#sessions.clear();
  }

  #tryHttp2(wire: Wire): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const session = this.#session(wire);
      const fresh = session.connecting;
      const { method, target, host, headers, tls } = wire;
      const outgoing: OutgoingHttpHeaders = {};
      for (const { name, value } of headers) {
        const key = name.toLowerCase();
        const before = outgoing[key];
        outgoing[key] = before === undefined ? value : [before, value].flat().map(String);
      }
      const stream = session.request(
        { ...outgoing, ":method": method, ":path": target, ":authority": host, ":scheme": tls ? "https" : "http" },
        { endStream: true },
      );
      let answer: WireAnswer;
      stream.setTimeout(10_000, () => stream.destroy(new Error("no answer in time")));
      stream.on("response", (fields, _, raw) => {
        answer = { status: fields[":status"] ?? 0, headers: pairs(raw).filter(({ name }) => !name.startsWith(":")) };
      });
      const fail = (cause: Error) => reject(fresh ? cause : new StaleConnection("closed", { cause }));
      stream.on("error", fail);
      // Also for a connection that never comes about.
      stream.on("close", () => (answer === undefined ? fail(new Error("no answer")) : resolve(answer)));
      stream.resume();
    });
  }

  #session({ address, port, tls, sni }: Wire): ClientHttp2Session {
    const key = `${address} ${port} ${tls} ${sni}`;
    const kept = this.#sessions.get(key);
    if (kept !== undefined && !kept.closed && !kept.destroyed) return kept;
    const authority = `${tls ? "https" : "http"}://${address}:${port}`;
    const session = connect(
      authority,
      tls ? { servername: sni, rejectUnauthorized: false, secureContext: this.#context } : {},
    );
    session.on("error", () => {});
    this.#sessions.set(key, session);
    return session;
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
      sent.on("error", (cause) => reject(sent.reusedSocket ? new StaleConnection("closed", { cause }) : cause));
      sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
      sent.end();
    });
  }
}

/** The connection was a kept one, and may have been closed meanwhile. */
class StaleConnection extends Error {}

/** Header lines from Node's flat list, names in lower case. */
export function pairs(raw: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    lines.push({ name: (raw[index] ?? "").toLowerCase(), value: raw[index + 1] ?? "" });
  }
  return lines;
}
