import { compareRevisions, type Revision } from "@fairlead/core";
import type { BundleKey, ExceptionStage, StageException } from "./frame.ts";
import { RevisionHeap } from "./revision-heap.ts";

/** Why an object is refused, or still waited for. */
export interface StageReason {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

interface Waiting {
  readonly revision: Revision;
  readonly since: number;
  why: StageReason;
}

/** What changed since the last {@link StageTracker.take}. */
export interface StageChanges {
  readonly set: StageException[];
  readonly clear: BundleKey[];
}

/**
 * One place's progress through one stage: which objects it still waits for, which it refused, and the watermark that
 * follows. What waits holds the watermark; what was refused, or waits for too long, becomes an exception and lets the
 * rest go on. Every call costs time by the keys it names, not by all there are.
 */
export class StageTracker {
  readonly #stage: ExceptionStage;
  readonly #stuckAfterMs: number;
  readonly #waiting = new Map<BundleKey, Waiting>();
  readonly #heap = new RevisionHeap();
  /** Waits in the order they began; those that ended are skipped. */
  #byAge: { readonly key: BundleKey; readonly since: number }[] = [];
  /** Keys that wait no longer in the heap because they became exceptions. */
  readonly #stuck = new Set<BundleKey>();
  readonly #exceptions = new Map<BundleKey, StageException>();
  readonly #touched = new Set<BundleKey>();
  /** Exceptions as last taken. */
  readonly #told = new Set<BundleKey>();

  constructor(stage: ExceptionStage, stuckAfterMs: number) {
    this.#stage = stage;
    this.#stuckAfterMs = stuckAfterMs;
  }

  /** Whether anything was said about exceptions since the last take. */
  get touched(): boolean {
    return this.#touched.size > 0;
  }

  /** Whether the object is there: it is neither waited for nor refused. */
  isDone(key: BundleKey): boolean {
    return !this.#waiting.has(key) && !this.#exceptions.has(key);
  }

  /** The object at this revision is not there yet. */
  wait(key: BundleKey, revision: Revision, now: number, why?: StageReason): void {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && compareRevisions(waiting.revision, revision) === 0) {
      if (why !== undefined) this.#explain(key, waiting, why);
      return;
    }
    this.done(key);
    const reason = why ?? { reason: "pending", field: "", message: `not ${this.#stage} yet` };
    this.#waiting.set(key, { revision, since: now, why: reason });
    this.#heap.push(key, revision);
    this.#byAge.push({ key, since: now });
    if (this.#heap.size > 2 * this.#waiting.size + 64) this.#compact();
  }

  /** The object is there, or need not be any more. */
  done(key: BundleKey): void {
    this.#waiting.delete(key);
    this.#stuck.delete(key);
    if (this.#exceptions.delete(key)) this.#touched.add(key);
  }

  /** The object was refused at this revision. */
  reject(key: BundleKey, revision: Revision, why: StageReason, at: number): void {
    this.#waiting.delete(key);
    this.#stuck.delete(key);
    this.#except({ key, revision, stage: this.#stage, state: "rejected", ...why, at });
  }

  /** Lets what waits for too long become exceptions. */
  tick(now: number): void {
    let old = 0;
    for (const { key, since } of this.#byAge) {
      if (now - since < this.#stuckAfterMs) break;
      old += 1;
      const waiting = this.#waiting.get(key);
      if (waiting?.since !== since || this.#stuck.has(key)) continue;
      this.#stuck.add(key);
      this.#exceptPending(key, waiting);
    }
    if (old > 0) this.#byAge = this.#byAge.slice(old);
  }

  /** Everything up to here is there, except the exceptions. Never behind `through`, what the place was told at all. */
  watermark(through: Revision): Revision {
    const least = this.#heap.least((key, revision) => this.#holds(key, revision));
    if (least === undefined || compareRevisions(least, through) > 0) return through;
    return { epoch: least.epoch, n: Math.max(0, least.n - 1) };
  }

  /** Exceptions that came or went since the last call; `complete` gives all there are, with nothing to clear. */
  take(complete: boolean): StageChanges {
    const set: StageException[] = [];
    const clear: BundleKey[] = [];
    const keys = complete ? this.#exceptions.keys() : this.#touched;
    for (const key of keys) {
      const exception = this.#exceptions.get(key);
      if (exception !== undefined) set.push(exception);
      else if (this.#told.has(key)) clear.push(key);
    }
    if (complete) this.#told.clear();
    for (const key of clear) this.#told.delete(key);
    for (const { key } of set) this.#told.add(key);
    this.#touched.clear();
    return { set, clear };
  }

  #holds(key: BundleKey, revision: Revision): boolean {
    const waiting = this.#waiting.get(key);
    return waiting !== undefined && !this.#stuck.has(key) && compareRevisions(waiting.revision, revision) === 0;
  }

  #explain(key: BundleKey, waiting: Waiting, why: StageReason): void {
    if (waiting.why.message === why.message && waiting.why.reason === why.reason) return;
    waiting.why = why;
    if (this.#stuck.has(key)) this.#exceptPending(key, waiting);
  }

  #exceptPending(key: BundleKey, { revision, since, why }: Waiting): void {
    this.#except({ key, revision, stage: this.#stage, state: "pending", ...why, at: since });
  }

  #except(exception: StageException): void {
    const known = this.#exceptions.get(exception.key);
    if (known !== undefined && sameException(known, exception)) return;
    this.#exceptions.set(exception.key, exception);
    this.#touched.add(exception.key);
  }

  #compact(): void {
    const holding = [...this.#waiting].filter(([key]) => !this.#stuck.has(key));
    this.#heap.rebuild(holding.map(([key, { revision }]) => ({ key, revision })));
    this.#byAge = this.#byAge.filter(({ key, since }) => this.#waiting.get(key)?.since === since);
  }
}

function sameException(a: StageException, b: StageException): boolean {
  const sameWords = a.reason === b.reason && a.field === b.field && a.message === b.message;
  return sameWords && a.state === b.state && compareRevisions(a.revision, b.revision) === 0;
}
