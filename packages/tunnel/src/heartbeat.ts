import { DEAD_AFTER_HEARTBEATS } from "./limits.ts";

/** What a tick asks of a session. */
export type HeartbeatVerdict =
  | { readonly alive: false }
  | { readonly alive: true; readonly pingId: number | undefined };

/**
 * Liveness of a peer: both ends ping every interval whatever else they send, any frame counts as a sign of life,
 * and a peer silent for 2.5 intervals is dead. Half-open sockets behind load balancers show up in no other way.
 */
export class Heartbeat {
  readonly #intervalMs: number;
  #heardAt: number;
  #pingedAt: number;
  #pings = 0;

  constructor(intervalMs: number, now: number) {
    this.#intervalMs = intervalMs;
    this.#heardAt = now;
    this.#pingedAt = now;
  }

  /** The peer sent something. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /** Time passed: is the peer dead, and is a ping due? */
  tick(now: number): HeartbeatVerdict {
    if (now - this.#heardAt > this.#intervalMs * DEAD_AFTER_HEARTBEATS) return { alive: false };
    if (now - this.#pingedAt < this.#intervalMs) return { alive: true, pingId: undefined };
    this.#pingedAt = now;
    this.#pings += 1;
    return { alive: true, pingId: this.#pings };
  }
}
