/** A queue between a state machine and the one reader that sends what comes out of it. */
export class Outbox<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #closed = false;
  #wake: (() => void) | undefined;

  push(items: readonly T[]): void {
    if (this.#closed || items.length === 0) return;
    this.#items.push(...items);
    this.#wake?.();
  }

  /** Ends the iteration; what was not read is dropped. */
  close(): void {
    this.#closed = true;
    this.#items = [];
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (!this.#closed) {
      const items = this.#items;
      this.#items = [];
      yield* items;
      if (this.#items.length > 0 || this.#closed) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
