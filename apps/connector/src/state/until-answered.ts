import { type Clock, fullJitter, type Log, MeshError, type Rng } from "@fairlead/core";

const BACKOFF = { baseMs: 100, maxMs: 5_000 };
/** An answer that takes longer is not waited for; whether the request was carried out is looked up then. */
const PATIENCE_MS = 10_000;

/** Answers that trying again would not change. Everything else passes: the API server is away, busy, or refuses a right not given yet. */
const FINAL: ReadonlySet<string> = new Set(["not_found", "already_exists", "revision_mismatch", "body_too_large"]);

/** What asking again and again needs. */
export interface Perseverance {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** Sends a request until the API server answers it; throws only an answer that would stay, or the signal's reason. */
export async function untilAnswered<T>(
  { clock, rng, log, signal }: Perseverance,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await request(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
    } catch (thrown) {
      signal.throwIfAborted();
      const error = MeshError.from(thrown);
      if (FINAL.has(error.code)) throw error;
      log.warn("state waits for the API server", { error, attempt });
      await clock.sleep(fullJitter(attempt, BACKOFF, rng), signal);
    }
  }
}
