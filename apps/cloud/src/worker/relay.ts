import { fullJitter, type Log, MeshError } from "@fairlead/core";
import type { Database, OutboxEvent } from "@fairlead/database";

export interface RelayOptions {
  readonly database: Database;
  readonly log: Log;
  /** Hands events on; they stay in the outbox unless it returns. */
  readonly publish: (events: readonly OutboxEvent[]) => Promise<void>;
  /** How long a poke waits for company, in milliseconds. Default 0. */
  readonly gatherMs?: number;
  /** How often the outbox is looked at without a poke, in milliseconds. Default 500. */
  readonly intervalMs?: number;
}

const BATCH = 200;

/**
 * Moves events from the transactional outbox to the queue. A poke makes it look at once; without one it looks at an
 * interval, so an event whose writer died between commit and poke is late, never lost. Any number of processes may
 * run one.
 */
export class Relay {
  readonly #options: RelayOptions;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;
  #running: Promise<void> | undefined;
  /** A poke came due during a run, which may have looked already. */
  #again = false;
  #failures = 0;
  #closed = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#schedule(0);
  }

  /** Something was written. */
  poke(): void {
    this.#schedule(this.#options.gatherMs ?? 0);
  }

  /** Finishes what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delayMs: number): void {
    if (this.#closed) return;
    const dueAt = performance.now() + delayMs;
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#running !== undefined) {
        this.#again = true;
        return;
      }
      this.#running = this.#drain().finally(() => {
        this.#running = undefined;
        if (this.#again) this.#schedule(0);
        this.#again = false;
      });
    }, delayMs);
  }

  async #drain(): Promise<void> {
    const { database, log, publish, intervalMs = 500 } = this.#options;
    try {
      let moved: number;
      do moved = await database.system.relayOutbox(BATCH, publish);
      while (moved === BATCH && !this.#closed);
      this.#failures = 0;
      this.#schedule(intervalMs);
    } catch (error) {
      if (this.#failures === 0) log.warn("outbox relay failed", { error: MeshError.from(error) });
      this.#schedule(intervalMs + fullJitter(this.#failures, { baseMs: 100, maxMs: 10_000 }));
      this.#failures += 1;
    }
  }
}
