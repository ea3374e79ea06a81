import type { Clock, Rng } from "./clock.ts";
import { systemClock, systemRng } from "./clock.ts";

export interface BackoffOptions {
  /** Upper bound of the first delay, in milliseconds. */
  readonly baseMs: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly maxMs: number;
}

/**
 * Full-jitter exponential back-off: a delay drawn evenly from [0, min(maxMs, baseMs · 2^attempt)).
 * `attempt` counts from 0. Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
 */
export function fullJitter(attempt: number, options: BackoffOptions, rng: Rng = systemRng): number {
  const ceiling = Math.min(options.maxMs, options.baseMs * 2 ** Math.min(attempt, 30));
  return Math.floor(rng() * ceiling);
}

/**
 * Decorrelated jitter: a delay drawn evenly from [baseMs, 3 · previousMs), never more than maxMs. Unlike full jitter it
 * never gives a delay near zero, and processes that failed together drift apart. Give 0 for the first one.
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
 */
export function decorrelatedJitter(previousMs: number, options: BackoffOptions, rng: Rng = systemRng): number {
  const spread = Math.max(0, 3 * Math.max(previousMs, options.baseMs) - options.baseMs);
  return Math.min(options.maxMs, Math.floor(options.baseMs + rng() * spread));
}

export interface RetryOptions extends BackoffOptions {
  /** How often the work is tried in all. */
  readonly attempts: number;
  /** Whether this error is worth another try. Default: always. */
  readonly retryable?: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly rng?: Rng;
}

/** Runs `work` until it succeeds, is out of tries, fails for good, or is aborted; throws the last error. */
export async function retry<T>(options: RetryOptions, work: (attempt: number) => Promise<T>): Promise<T> {
  const clock = options.clock ?? systemClock;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const last = attempt + 1 >= options.attempts;
      if (last || options.signal?.aborted || options.retryable?.(error) === false) throw error;
      await clock.sleep(fullJitter(attempt, options, options.rng), options.signal);
    }
  }
}
