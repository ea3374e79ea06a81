import { type Log, MeshError } from "@fairlead/core";
import {
  type BundlePlan,
  type ConnectorEffect,
  type ConnectorEvent,
  ConnectorSession,
  type ConnectorSessionOptions,
  DEFAULT_LIMITS,
  decodeHubFrame,
  encodeFrame,
  signProof,
  TUNNEL_SUBPROTOCOL,
  type WelcomeFrame,
} from "@fairlead/tunnel";
import WebSocket, { type RawData } from "ws";
import type { BundleStore } from "./bundle-store.ts";
import type { ConnectorMetrics } from "./connector-metrics.ts";
import type { Identity } from "./identity.ts";
import { type ProxySettings, proxyFor, throughProxy } from "./proxy-connection.ts";

const TICK_MS = 1_000;

/** How a connection ended. */
export interface TunnelEnd {
  readonly code: string;
  readonly reason: string;
  /** When the hub wants the connector back, in milliseconds; 0 leaves it to the back-off. */
  readonly retryAfterMs: number;
}

export interface TunnelSocketOptions {
  readonly url: URL;
  readonly proxy: ProxySettings;
  readonly identity: Identity;
  readonly store: BundleStore;
  readonly session: Omit<ConnectorSessionOptions, "bundle" | "resync">;
  readonly metrics: ConnectorMetrics;
  readonly log: Log;
  readonly onOpen: (welcome: WelcomeFrame) => void;
  /** The bundle changed: these keys, or its revision alone. */
  readonly onChanged: (keys: readonly string[]) => void;
  /** These keys may now be made so in the cluster. */
  readonly onReady: (keys: readonly string[]) => void;
  /** The bundle or the cluster id cannot be kept: the process must start afresh from what is durable. */
  readonly onBroken: () => void;
  readonly onEnd: (end: TunnelEnd) => void;
}

/** One WebSocket to the hub and the session on it: carries out the session's effects in order. */
export class TunnelSocket {
  readonly #options: TunnelSocketOptions;
  readonly #session: ConnectorSession;
  readonly #socket: WebSocket;
  #ticker: NodeJS.Timeout;
  #stopping = false;
  #maxFrameBytes = DEFAULT_LIMITS.maxFrameBytes;

  constructor(options: TunnelSocketOptions) {
    this.#options = options;
    const { store, url } = options;
    this.#session = new ConnectorSession({ ...options.session, bundle: store.bundle, resync: store.needsResync });
    const proxy = proxyFor(url, options.proxy);
    this.#socket = new WebSocket(url, TUNNEL_SUBPROTOCOL, {
      perMessageDeflate: false,
      // Larger than any frame, so that the codec is what refuses it, by name; a bound nevertheless.
      maxPayload: 4 * DEFAULT_LIMITS.maxFrameBytes,
      handshakeTimeout: 15_000,
      // SAFETY: ws hands this to http.request, which takes a callback as Node documents; its types only know the return.
      ...(proxy === undefined ? {} : { createConnection: throughProxy(proxy, url) as never }),
    });
    this.#socket.on("open", () => this.#feed({ type: "opened" }));
    this.#socket.on("message", (data, isBinary) => this.#message(data, isBinary));
    this.#socket.on("error", (error) => options.log.warn("tunnel connection failed", { error }));
    this.#socket.on("close", () => this.#feed({ type: "disconnected" }));
    this.#ticker = this.#tickEvery(TICK_MS);
  }

  /** Whether a session is open. */
  get open(): boolean {
    return this.#session.open;
  }

  /** Tells the hub something; dropped while no session is open. */
  report(frame: Extract<ConnectorEvent, { type: "report" }>["frame"]): void {
    this.#feed({ type: "report", frame });
  }

  /** The book of facts holds the cluster. */
  factsReady(): void {
    this.#feed({ type: "factsReady" });
  }

  /** Facts changed in the book. */
  factsChanged(keys: readonly string[]): void {
    this.#feed({ type: "factsChanged", keys });
  }

  /** Says goodbye and closes. */
  stop(reason: string): void {
    this.#stopping = true;
    this.#feed({ type: "stop", reason });
    this.#socket.close();
  }

  #tickEvery(ms: number): NodeJS.Timeout {
    return setInterval(() => this.#feed({ type: "tick" }), ms);
  }

  #message(data: RawData, isBinary: boolean): void {
    const { metrics } = this.#options;
    try {
      if (!isBinary || !Buffer.isBuffer(data)) {
        throw new MeshError("frame_invalid", { public: "the tunnel takes binary messages only" });
      }
      metrics.frame("in", data.length);
      this.#feed({ type: "received", frame: decodeHubFrame(data, this.#maxFrameBytes) });
    } catch (thrown) {
      const error = MeshError.from(thrown);
      this.#options.log.error("tunnel message cannot be taken", { code: error.code, error });
      this.#feed({ type: "invalid", error });
    }
  }

  #feed(event: ConnectorEvent): void {
    this.#carryOutAll(this.#session.handle(event, performance.now()));
  }

  #carryOutAll(effects: readonly ConnectorEffect[]): void {
    for (const [index, effect] of effects.entries()) {
      if (effect.type === "saveClusterId") {
        void this.#enrolled(effect.clusterId, effects.slice(index + 1));
        return;
      }
      this.#carryOut(effect);
    }
  }

  /** What comes after waits until the id is durable: the join token was used up for it. */
  async #enrolled(clusterId: string, then: readonly ConnectorEffect[]): Promise<void> {
    const { identity, log } = this.#options;
    if (!(await this.#durable("cluster id", identity.saveClusterId(clusterId)))) return;
    log.info("cluster enrolled", { cluster: clusterId });
    this.#carryOutAll(then);
  }

  #carryOut(effect: Exclude<ConnectorEffect, { type: "saveClusterId" }>): void {
    const { identity, metrics, log } = this.#options;
    switch (effect.type) {
      case "send": {
        if (this.#socket.readyState !== WebSocket.OPEN) return;
        const bytes = encodeFrame(effect.frame);
        metrics.frame("out", bytes.length);
        this.#socket.send(bytes);
        return;
      }
      case "close":
        this.#socket.close(1000);
        return;
      case "sign": {
        const signature = signProof(identity.privateKey, effect.nonce, effect.clusterId);
        this.#feed({ type: "signed", signature });
        return;
      }
      case "sessionOpen":
        this.#opened(effect.welcome);
        return;
      case "persist":
        this.#persist(effect);
        return;
      case "resync":
        metrics.resyncs.inc({ reason: effect.reason });
        log.warn("tunnel sends its inventory", { reason: effect.reason, ours: effect.ours, theirs: effect.theirs });
        return;
      case "ended":
        this.#ended(effect);
        return;
      default:
        effect satisfies never;
    }
  }

  #opened(welcome: WelcomeFrame): void {
    const { log, metrics, onOpen } = this.#options;
    this.#maxFrameBytes = welcome.limits.maxFrameBytes;
    clearInterval(this.#ticker);
    this.#ticker = this.#tickEvery(Math.min(TICK_MS, welcome.heartbeatMs / 4));
    metrics.connected.set(1);
    if (welcome.downgraded.length > 0) log.warn("tunnel session is downgraded", { missing: welcome.downgraded });
    onOpen(welcome);
  }

  /**
   * Objects start on their way in the time it takes to make them durable; deletions do not, because a restart must not
   * bring back what is already gone.
   */
  #persist({ plan }: Extract<ConnectorEffect, { type: "persist" }>): void {
    const { store, metrics, onChanged, onReady } = this.#options;
    store.bundle.commit(plan);
    metrics.stale.inc(plan.stale);
    const kept = store.keep(plan);
    onChanged(plan.changes.map(([key]) => key));
    onReady(plan.changes.flatMap(([key, entry]) => (entry.object === undefined ? [] : [key])));
    void this.#acknowledge(plan, kept);
  }

  async #acknowledge(plan: BundlePlan, kept: Promise<void>): Promise<void> {
    const { metrics, onReady } = this.#options;
    const began = performance.now();
    if (!(await this.#durable("bundle", kept))) return;
    metrics.commitMs.observe(performance.now() - began);
    this.#feed({ type: "persisted", plan });
    onReady(plan.changes.flatMap(([key, entry]) => (entry.object === undefined ? [key] : [])));
  }

  async #durable(what: string, kept: Promise<void>): Promise<boolean> {
    try {
      await kept;
      return true;
    } catch (error) {
      if (!this.#stopping) {
        this.#options.log.error("state cannot be kept", { what, error });
        this.#options.onBroken();
      }
      return false;
    }
  }

  #ended({ code, reason, retryAfterMs }: TunnelEnd): void {
    const { metrics, onEnd } = this.#options;
    clearInterval(this.#ticker);
    metrics.connected.set(0);
    metrics.sessions.inc({ code });
    // A peer that does not answer the close would keep the socket for half a minute.
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
    onEnd({ code, reason, retryAfterMs });
  }
}
