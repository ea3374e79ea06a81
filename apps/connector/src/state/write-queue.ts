/** Collects what comes while a write is under way, so that a burst becomes one write. In order, one at a time. */
export class WriteQueue<T> {
  readonly #write: (items: readonly T[]) => Promise<void>;
  #waiting: { readonly items: readonly T[]; readonly done: PromiseWithResolvers<void> }[] = [];
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** `write` makes all of it durable or throws; after it threw, everything fails with the same error. */
  constructor(write: (items: readonly T[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when these are written; they are with all that came before. */
  add(items: readonly T[]): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ items, done });
    this.#running ??= this.#run();
    return done.promise;
  }

  /** Resolves when nothing waits any more; rejects when a write failed. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(): Promise<void> {
    // What is given in the same turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure !== undefined) throw this.#failure.error;
        await this.#write(batch.flatMap(({ items }) => items));
        for (const { done } of batch) done.resolve();
      } catch (error) {
        this.#failure = { error };
        for (const { done } of batch) done.reject(error);
      }
    }
    this.#running = undefined;
  }
}
