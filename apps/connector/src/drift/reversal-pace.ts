/** Reversals within a minute after which it is a fight. */
const FIGHT_AFTER = 5;
const MINUTE_MS = 60_000;
/** Between two reversals in a fight, in milliseconds: doubled each time. */
const SLOWEST_MS = 300_000;
const FIRST_SLOW_MS = 30_000;

/** When an object may be put right again. */
export type Pace =
  | { readonly fighting: false; readonly reversals: number }
  /** `waitMs` until the next try. */
  | { readonly fighting: true; readonly reversals: number; readonly waitMs: number };

/**
 * How often one object was put right. Two controllers that each put an object right fight for ever at the speed of the
 * API server; this one steps back after five rounds within a minute, and is as quick as before once it was quiet for as
 * long as it last waited. Pure: times are milliseconds of one clock.
 */
export class ReversalPace {
  #times: number[] = [];
  #slowMs = 0;

  /** Whether to put it right now. */
  look(now: number): Pace {
    const last = this.#times.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (this.#slowMs > 0 && now - last > this.#slowMs + MINUTE_MS) this.#slowMs = 0;
    this.#times = this.#times.filter((time) => now - time < MINUTE_MS || time === last);
    const reversals = this.#times.filter((time) => now - time < MINUTE_MS).length;
    if (this.#slowMs === 0 && reversals >= FIGHT_AFTER) this.#slowMs = FIRST_SLOW_MS;
    if (this.#slowMs === 0) return { fighting: false, reversals };
    return { fighting: true, reversals, waitMs: Math.max(0, last + this.#slowMs - now) };
  }

  /** It was put right. */
  reversed(now: number): void {
    if (this.#slowMs > 0) this.#slowMs = Math.min(SLOWEST_MS, this.#slowMs * 2);
    this.#times.push(now);
  }

  /** Nothing of it is remembered that still matters. */
  isQuiet(now: number): boolean {
    const last = this.#times.at(-1);
    return last === undefined || now - last > this.#slowMs + MINUTE_MS;
  }
}
