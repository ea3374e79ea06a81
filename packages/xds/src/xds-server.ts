import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Log } from "@fairlead/core";
import type { TypeUrl } from "@fairlead/envoy";
import {
  AggregatedDiscoveryService,
  type DeltaDiscoveryRequest,
  type DeltaDiscoveryResponse,
} from "@fairlead/envoy/discovery";
import type { AdsEvent, AdsStep, DeltaResponse } from "./ads-messages.ts";
import { AdsSession } from "./ads-session.ts";
import { Outbox } from "./outbox.ts";
import type { ResourceCache } from "./resource-cache.ts";
import { listenUnix, type UnixListener } from "./unix-listener.ts";
import { emptyRoutes, fromWire, toWire } from "./wire.ts";

export interface XdsServerOptions {
  readonly cache: ResourceCache;
  /** Path of the Unix socket; at most 100 bytes. Its folder is made when missing. */
  readonly socketPath: string;
  /** Mode of the socket file. Default 0o660: the proxy may run as another user of the same group. */
  readonly socketMode?: number;
  /** Responses on their way per stream. Default 64. */
  readonly window?: number;
  readonly log: Log;
  /** What the proxy said, in order. Called for the newest stream only, at the end of each step. */
  readonly onEvents?: (events: readonly AdsEvent[]) => void;
  /** The proxy opened a stream, or the newest stream ended. */
  readonly onConnection?: (connected: boolean) => void;
}

interface Stream {
  readonly session: AdsSession;
  readonly outbox: Outbox<DeltaResponse>;
}

/**
 * The delta ADS server of one node's proxy, on a Unix socket. While no proxy is connected it keeps what the last one
 * acknowledged, because a proxy that lost its stream goes on with what it has.
 */
export class XdsServer implements AsyncDisposable {
  readonly #options: XdsServerOptions;
  readonly #server: Http2Server;
  readonly #connections = new Set<ServerHttp2Session>();
  readonly #streams = new Set<Stream>();
  readonly #unsubscribe: () => void;
  #newest: Stream | undefined;
  #listener: UnixListener | undefined;

  private constructor(options: XdsServerOptions) {
    this.#options = options;
    const { cache } = options;
    this.#server = createServer(
      connectNodeAdapter({
        connect: false,
        grpcWeb: false,
        routes: (router) =>
          router.service(AggregatedDiscoveryService, {
            deltaAggregatedResources: (requests) => this.#serve(requests),
          }),
      }),
    );
    this.#server.on("session", (session) => {
      this.#connections.add(session);
      session.once("close", () => this.#connections.delete(session));
    });
    this.#unsubscribe = cache.subscribe((changed) => {
      for (const stream of this.#streams) this.#take(stream, stream.session.onCacheChange(changed));
    });
  }

  /** Starts to listen. Throws `invalid_field` when the path is too long, or the system's error. */
  static async listen(options: XdsServerOptions): Promise<XdsServer> {
    const server = new XdsServer(options);
    server.#listener = await listenUnix(server.#server, options.socketPath, options.socketMode ?? 0o660);
    return server;
  }

  /** Whether a proxy has a stream open. */
  get connected(): boolean {
    return this.#newest !== undefined && this.#streams.has(this.#newest);
  }

  /** Responses on their way and resources not yet as they should be, on the newest stream. */
  get backlog(): AdsSession["backlog"] {
    return this.#newest?.session.backlog ?? { unanswered: 0, unsettled: 0 };
  }

  /** Whether the proxy has acknowledged this version and all it requires. */
  isSettled(typeUrl: TypeUrl, name: string, version: string): boolean {
    return this.#newest?.session.isSettled(typeUrl, name, version) ?? false;
  }

  /** Whether the proxy holds of this name what the cache holds: the very version, or nothing. */
  isCurrent(typeUrl: TypeUrl, name: string): boolean {
    return this.#newest?.session.isCurrent(typeUrl, name) ?? false;
  }

  /** Whether the resource is removed and the proxy has let go of it. False while no proxy ever connected. */
  isGone(typeUrl: TypeUrl, name: string): boolean {
    return this.#newest?.session.isGone(typeUrl, name) ?? false;
  }

  /** Sends a refused resource once more although it has not changed; for refusals that time may cure. */
  retry(typeUrl: TypeUrl, name: string): void {
    for (const stream of this.#streams) this.#take(stream, stream.session.retry(typeUrl, name));
  }

  /** Ends all streams and removes the socket. A proxy keeps what it has and tries to connect again. */
  async close(): Promise<void> {
    this.#unsubscribe();
    for (const stream of this.#streams) stream.outbox.close();
    for (const connection of this.#connections) connection.destroy();
    this.#listener?.remove();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#serve(requests: AsyncIterable<DeltaDiscoveryRequest>): AsyncGenerator<DeltaDiscoveryResponse> {
    const { cache, window, log } = this.#options;
    const session = new AdsSession({ cache, placeholder: emptyRoutes, ...(window === undefined ? {} : { window }) });
    const stream: Stream = { session, outbox: new Outbox() };
    this.#streams.add(stream);
    this.#newest = stream;
    log.info("proxy connected");
    this.#options.onConnection?.(true);
    const reading = this.#read(stream, requests);
    try {
      for await (const response of stream.outbox) yield toWire(response);
    } finally {
      stream.outbox.close();
      this.#streams.delete(stream);
      log.info("proxy disconnected");
      if (this.#newest === stream) this.#options.onConnection?.(false);
      await reading;
    }
  }

  /** Never rejects: a broken stream ends both directions, and the proxy opens another. */
  async #read(stream: Stream, requests: AsyncIterable<DeltaDiscoveryRequest>): Promise<void> {
    try {
      for await (const request of requests) this.#take(stream, stream.session.onRequest(fromWire(request)));
    } catch (error) {
      this.#options.log.debug("stream from the proxy broke", { error });
    } finally {
      stream.outbox.close();
    }
  }

  #take(stream: Stream, step: AdsStep): void {
    stream.outbox.push(step.responses);
    if (stream === this.#newest && step.events.length > 0) this.#options.onEvents?.(step.events);
  }
}
