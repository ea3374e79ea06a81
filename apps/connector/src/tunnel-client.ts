import { randomUUID } from "node:crypto";
import { aborted, type Clock, fullJitter, type Log, type Rng } from "@fairlead/core";
import type { ClusterStateFrame, ConnectorIdentity, FactBook, NodeStatesFrame } from "@fairlead/tunnel";
import { TunnelSocket, type TunnelSocketOptions } from "./tunnel-socket.ts";

/** Upper bounds of the delay before a new connection, in milliseconds. */
const BACKOFF = { baseMs: 200, maxMs: 20_000 };
/** A session that lasted this long was a good one: the next try comes soon. */
const GOOD_SESSION_MS = 10_000;
/** How much the hub's own wish for a delay is stretched at most, so that clusters do not come back in step. */
const RETRY_AFTER_SPREAD = 0.25;

export interface TunnelClientOptions
  extends Pick<
    TunnelSocketOptions,
    "url" | "proxy" | "identity" | "store" | "metrics" | "log" | "onOpen" | "onChanged" | "onReady"
  > {
  /** What the hub is told of the cluster. */
  readonly facts: FactBook;
  /** Asked before every connection. */
  readonly describe: () => Promise<Omit<ConnectorIdentity, "clusterId" | "publicKey" | "instance" | "process">>;
  /** The session is over. */
  readonly onClosed: () => void;
  /** No session was open for too long, or the state cannot be kept: the process should start afresh. */
  readonly onHopeless: () => void;
  /** See `onHopeless`, in milliseconds. */
  readonly hopelessAfterMs: number;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** Keeps a session with the hub: connects, and connects again after a full-jitter back-off, until disposed. */
export class TunnelClient implements AsyncDisposable {
  readonly #options: TunnelClientOptions;
  readonly #stop = new AbortController();
  readonly #stopped = aborted(this.#stop.signal);
  readonly #log: Log;
  readonly #process = randomUUID();
  #socket: TunnelSocket | undefined;
  #running: Promise<void> | undefined;
  #aliveAt: number;
  #factsReady = false;

  constructor(options: TunnelClientOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#aliveAt = options.clock.now();
  }

  /** Whether a session is open. */
  get open(): boolean {
    return this.#socket?.open ?? false;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells the hub something; dropped while no session is open. */
  report(frame: ClusterStateFrame | NodeStatesFrame): void {
    this.#socket?.report(frame);
  }

  /** The book of facts holds the cluster: the hub may hear of it. */
  factsReady(): void {
    this.#factsReady = true;
    this.#socket?.factsReady();
  }

  /** Facts changed in the book. */
  factsChanged(keys: readonly string[]): void {
    this.#socket?.factsChanged(keys);
  }

  /** Due about every second: a process that finds no way back for too long is better started afresh. */
  watchdog(): void {
    const now = this.#options.clock.now();
    if (this.open) this.#aliveAt = now;
    else if (now - this.#aliveAt > this.#options.hopelessAfterMs) this.#options.onHopeless();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#socket?.stop("the connector stops");
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, rng } = this.#options;
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      const began = clock.now();
      const retryAfterMs = await this.#connect();
      if (clock.now() - began > GOOD_SESSION_MS) attempt = 0;
      const wishedMs = retryAfterMs * (1 + rng() * RETRY_AFTER_SPREAD);
      const delayMs = Math.max(wishedMs, fullJitter(attempt, BACKOFF, rng));
      await clock.sleep(delayMs, this.#stop.signal).catch(() => {});
    }
  }

  /** One connection from beginning to end; gives the delay the hub wishes before the next one. */
  async #connect(): Promise<number> {
    const { identity, store } = this.#options;
    try {
      // The session's first words say what is held, and the hub may forget what it hears is.
      await Promise.race([store.settled(), this.#stopped]);
      const description = await this.#options.describe();
      if (this.#stop.signal.aborted) return 0;
      const { clusterId, publicKey, instance } = identity;
      const { promise, resolve } = Promise.withResolvers<number>();
      const socket = new TunnelSocket({
        ...this.#options,
        onBroken: this.#options.onHopeless,
        session: {
          identity: { ...description, clusterId, publicKey, instance, process: this.#process },
          facts: this.#options.facts,
        },
        onEnd: ({ code, reason, retryAfterMs }) => {
          this.#log.warn("tunnel session ended", { code, reason, retryAfterMs });
          resolve(retryAfterMs);
        },
      });
      this.#socket = socket;
      if (this.#factsReady) socket.factsReady();
      return await promise;
    } catch (error) {
      this.#log.warn("tunnel cannot connect", { error });
      return 0;
    } finally {
      this.#socket = undefined;
      this.#options.onClosed();
    }
  }
}
