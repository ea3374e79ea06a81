import { setTimeout as sleep } from "node:timers/promises";

export interface EventuallyOptions {
  /** How long to keep trying, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Pause between tries, in milliseconds. Default 20. */
  readonly intervalMs?: number;
}

/** Runs `check` until it no longer throws and gives its result; after the time is up, throws what it threw last. */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const deadline = Date.now() + (options.timeoutMs ?? 10_000);
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await sleep(options.intervalMs ?? 20);
    }
  }
}
