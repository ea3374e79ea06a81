import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type DeltaDiscoveryRequest,
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from "../gen/envoy/service/discovery/v3/discovery_pb.js";
import type { EnvoyResource, ResourceKey } from "../resource.ts";
import { TYPE_URL } from "../type-url.ts";

/** Envoy's answer to one resource: accepted, or its words. */
export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly message: string };

/**
 * The least delta server that drives a real Envoy in this package's tests: whatever is asked for is sent, one
 * resource per response, without any order beyond that. The product's server is packages/xds.
 */
export class AdsServer implements AsyncDisposable {
  readonly #server: Http2Server;
  readonly #resources = new Map<string, EnvoyResource>();
  readonly #asked = new Set<string>();
  readonly #sent = new Map<string, string>();
  readonly #nonces = new Map<string, (verdict: Verdict) => void>();
  readonly #verdicts = new Map<string, Promise<Verdict>>();
  #stream: ServerHttp2Stream | undefined;
  #nonce = 0;

  private constructor(server: Http2Server) {
    this.#server = server;
    server.on("stream", (stream) => this.#accept(stream));
  }

  /** Listens on a Unix socket. */
  static async listen(path: string): Promise<AdsServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return new AdsServer(server);
  }

  /** Sends what Envoy has asked for, now or when it asks. */
  set(resources: Iterable<EnvoyResource>): void {
    for (const resource of resources) {
      this.#resources.set(keyOf(resource), resource);
      this.#send(resource.typeUrl, resource.name);
    }
  }

  /** Takes a resource back. */
  remove(key: ResourceKey): void {
    if (!this.#resources.delete(keyOf(key)) || !this.#sent.delete(keyOf(key))) return;
    this.#verdicts.delete(keyOf(key));
    this.#write({ typeUrl: key.typeUrl, removedResources: [key.name] });
  }

  /** What Envoy said to the version of `key` sent last; waits until it was sent and answered. */
  async verdict(key: ResourceKey, timeoutMs = 10_000): Promise<Verdict> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const sent = this.#verdicts.get(keyOf(key));
      const version = this.#resources.get(keyOf(key))?.version;
      if (sent !== undefined && this.#sent.get(keyOf(key)) === version) return await sent;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`Envoy never asked for ${keyOf(key)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream?.close();
    this.#server.close();
    await Promise.resolve();
  }

  #accept(stream: ServerHttp2Stream): void {
    this.#stream = stream;
    this.#asked.clear();
    this.#sent.clear();
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    stream.on("error", () => {});
    let buffered = Buffer.alloc(0);
    stream.on("data", (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk]);
      while (buffered.length >= 5 && buffered.length >= 5 + buffered.readUInt32BE(1)) {
        const end = 5 + buffered.readUInt32BE(1);
        this.#receive(fromBinary(DeltaDiscoveryRequestSchema, buffered.subarray(5, end)));
        buffered = buffered.subarray(end);
      }
    });
  }

  #receive(request: DeltaDiscoveryRequest): void {
    const { typeUrl, responseNonce, errorDetail } = request;
    const answered = this.#nonces.get(responseNonce);
    if (answered !== undefined) {
      this.#nonces.delete(responseNonce);
      answered(errorDetail ? { accepted: false, message: errorDetail.message } : { accepted: true });
    }
    for (const name of request.resourceNamesUnsubscribe) {
      this.#asked.delete(`${typeUrl} ${name}`);
      this.#sent.delete(`${typeUrl} ${name}`);
    }
    const wildcard = WILDCARD.has(typeUrl) && !this.#asked.has(`${typeUrl} *`);
    if (wildcard) this.#asked.add(`${typeUrl} *`);
    for (const name of request.resourceNamesSubscribe) this.#asked.add(`${typeUrl} ${name}`);
    const wanted = [...this.#resources.values()].filter(
      (resource) =>
        resource.typeUrl === typeUrl && (wildcard || request.resourceNamesSubscribe.includes(resource.name)),
    );
    for (const { name } of wanted) this.#send(typeUrl, name);
    // A subscription to everything waits for an answer even when there is nothing.
    if (wildcard && wanted.length === 0) this.#write({ typeUrl });
  }

  #send(typeUrl: string, name: string): void {
    const key = `${typeUrl} ${name}`;
    const resource = this.#resources.get(key);
    if (resource === undefined || this.#sent.get(key) === resource.version) return;
    if (!this.#asked.has(key) && !this.#asked.has(`${typeUrl} *`)) return;
    this.#sent.set(key, resource.version);
    const { version, body } = resource;
    const nonce = this.#write({ typeUrl, resources: [{ name, version, resource: { typeUrl, value: body } }] });
    this.#verdicts.set(key, new Promise((resolve) => this.#nonces.set(nonce, resolve)));
  }

  #write(fields: {
    typeUrl: string;
    resources?: { name: string; version: string; resource: { typeUrl: string; value: Uint8Array } }[];
    removedResources?: string[];
  }): string {
    const nonce = String(++this.#nonce);
    const message = toBinary(
      DeltaDiscoveryResponseSchema,
      create(DeltaDiscoveryResponseSchema, { ...fields, nonce, systemVersionInfo: nonce }),
    );
    const frame = Buffer.alloc(5 + message.length);
    frame.writeUInt32BE(message.length, 1);
    frame.set(message, 5);
    this.#stream?.write(frame);
    return nonce;
  }
}

const WILDCARD: ReadonlySet<string> = new Set([TYPE_URL.listener, TYPE_URL.cluster, TYPE_URL.scope]);

function keyOf({ typeUrl, name }: ResourceKey): string {
  return `${typeUrl} ${name}`;
}
