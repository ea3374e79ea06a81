/** Seconds of the granted rate that may come at once. */
const BURST_SECONDS = 10;

/** Counts messages against a rate: `framesPerSecond` on average, ten seconds' worth at once. Time is given, not read. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #at: number | undefined;

  constructor(framesPerSecond: number) {
    this.#perMs = framesPerSecond / 1000;
    this.#capacity = framesPerSecond * BURST_SECONDS;
    this.#tokens = this.#capacity;
  }

  /** Takes one message; false when it is one too many. */
  take(now: number): boolean {
    const elapsedMs = Math.max(0, now - (this.#at ?? now));
    this.#tokens = Math.min(this.#capacity, this.#tokens + elapsedMs * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
