import { type BackoffOptions, type Clock, fullJitter, type Rng, systemClock, systemRng } from "@fairlead/core";

export interface WorkQueueOptions<K> {
  /**
   * Does the work of a key; the same key is never worked on twice at once. A number asks to come back after so many
   * milliseconds; a throw does so after the back-off.
   */
  readonly work: (key: K, signal: AbortSignal) => Promise<number | undefined>;
  /** Told of every failure. `failures` counts those in a row of this key. */
  readonly onError: (key: K, error: unknown, failures: number) => void;
  /** Keys worked on at the same time. Default 1. */
  readonly concurrency?: number;
  /** Between the tries of one key. Default 10 ms to 60 s. */
  readonly backoff?: BackoffOptions;
  readonly clock?: Clock;
  readonly rng?: Rng;
}

/** A queue of keys: a key added twice before its turn is worked on once, one added during its turn once more. */
export class WorkQueue<K> implements AsyncDisposable {
  readonly #options: WorkQueueOptions<K>;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #waiting = new Set<K>();
  readonly #active = new Set<K>();
  readonly #again = new Set<K>();
  readonly #failures = new Map<K, number>();
  /** The timer of each delayed key; a newer one replaces it. */
  readonly #delayed = new Map<K, AbortController>();
  #idle = Promise.withResolvers<void>();
  #scheduled = false;

  constructor(options: WorkQueueOptions<K>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Keys waiting for their turn or in it. */
  get length(): number {
    return this.#waiting.size + this.#active.size;
  }

  /** Adds a key now, cutting short any delay of its. */
  add(key: K): void {
    if (this.#stop.signal.aborted) return;
    this.#undelay(key);
    if (this.#active.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#waiting.add(key);
    this.#schedule();
  }

  /** Adds a key after `ms`, unless it is added before. */
  addAfter(key: K, ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#undelay(key);
    const timer = new AbortController();
    this.#delayed.set(key, timer);
    this.#clock.sleep(ms, timer.signal).then(
      () => this.add(key),
      () => {},
    );
  }

  /** Resolves as soon as no key is waiting or being worked on; delayed keys do not count. */
  async idle(): Promise<void> {
    while (this.length > 0) await this.#idle.promise;
  }

  /** Drops what waits and resolves when the work under way has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#waiting.clear();
    this.#again.clear();
    for (const key of [...this.#delayed.keys()]) this.#undelay(key);
    await this.idle();
  }

  #undelay(key: K): void {
    this.#delayed.get(key)?.abort();
    this.#delayed.delete(key);
  }

  /** One microtask later, so that keys added in one turn are taken together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const key of this.#waiting) {
        if (this.#active.size >= (this.#options.concurrency ?? 1)) return;
        this.#waiting.delete(key);
        this.#active.add(key);
        void this.#work(key);
      }
    });
  }

  async #work(key: K): Promise<void> {
    let after: number | undefined;
    try {
      after = await this.#options.work(key, this.#stop.signal);
      this.#failures.delete(key);
    } catch (error) {
      if (!this.#stop.signal.aborted) after = this.#failed(key, error);
    }
    this.#active.delete(key);
    if (this.#again.delete(key)) this.add(key);
    else if (after !== undefined) this.addAfter(key, after);
    if (this.#waiting.size > 0) this.#schedule();
    if (this.length === 0) {
      this.#idle.resolve();
      this.#idle = Promise.withResolvers<void>();
    }
  }

  #failed(key: K, error: unknown): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#options.onError(key, error, failures);
    const backoff = this.#options.backoff ?? { baseMs: 10, maxMs: 60_000 };
    return fullJitter(failures - 1, backoff, this.#options.rng ?? systemRng);
  }
}
