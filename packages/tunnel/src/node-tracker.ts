import { compareRevisions, type Revision } from "@fairlead/core";
import type { BundleKey, NodeState } from "./frame.ts";
import type { NodeObjectReport, NodeReport } from "./node-report.ts";
import { StageTracker } from "./stage-tracker.ts";

/** What a node should have of a key. */
export type Wanted =
  /** The object at this revision. */
  | { readonly kind: "live"; readonly revision: Revision }
  /** Nothing; deleted at this revision. */
  | { readonly kind: "deleted"; readonly revision: Revision }
  /** Nothing is asked of it. */
  | { readonly kind: "none" };

/** One node: what its agent reported, and how that compares with what is wanted. */
export class NodeTracker {
  readonly node: string;
  readonly #stage: StageTracker;
  readonly #reports = new Map<BundleKey, NodeObjectReport>();
  #instance: string | undefined;
  #seq = 0;
  /** When it last reported; before that, when it was first expected. */
  #heardAt: number;
  #unknownSince: number | undefined;
  #watermark: Revision | undefined;
  #toldUnknownSince: number | undefined;

  constructor(node: string, now: number, stuckAfterMs: number) {
    this.node = node;
    this.#stage = new StageTracker("proxied", stuckAfterMs);
    this.#heardAt = now;
    this.#unknownSince = now;
  }

  /** Whether it has ever sent a full report that still counts. */
  get reports(): boolean {
    return this.#instance !== undefined;
  }

  /** Whether its last report has the key. */
  has(key: BundleKey): boolean {
    return this.#reports.has(key);
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Takes a report; gives the keys it speaks of, or undefined when only a full report helps. */
  report(report: NodeReport, now: number): Iterable<BundleKey> | undefined {
    const { instance, seq, full } = report;
    const known = this.#instance === instance;
    const repeated = known && seq === this.#seq;
    if (!full && !repeated && (!known || seq !== this.#seq + 1)) return undefined;
    this.#heardAt = now;
    this.#unknownSince = undefined;
    this.#instance = instance;
    this.#seq = seq;
    const touched = new Set<BundleKey>(full ? this.#reports.keys() : []);
    if (full) this.#reports.clear();
    for (const key of report.removed) {
      touched.add(key);
      this.#reports.delete(key);
    }
    for (const object of report.objects) {
      touched.add(object.key);
      this.#reports.set(object.key, object);
    }
    return touched;
  }

  /** Compares one key with what is wanted. */
  compare(key: BundleKey, wanted: Wanted, now: number): void {
    const report = this.#reports.get(key);
    if (wanted.kind === "none" || (wanted.kind === "deleted" && report === undefined)) {
      this.#stage.done(key);
    } else if (
      wanted.kind === "deleted" ||
      report === undefined ||
      compareRevisions(report.revision, wanted.revision) !== 0
    ) {
      this.#stage.wait(key, wanted.revision, now);
    } else {
      this.#take(report, now);
    }
  }

  /** Time passed: silent for too long is unknown, waiting for too long is an exception. */
  tick(now: number, silentAfterMs: number): void {
    this.#stage.tick(now);
    if (this.#unknownSince === undefined && now - this.#heardAt > silentAfterMs) this.#unknownSince = this.#heardAt;
  }

  /** Its state when that changed since the last call, or in any case when `complete`. */
  take(through: Revision, complete: boolean, now: number): NodeState | undefined {
    const unknownSince = this.#unknownSince;
    const watermark = unknownSince === undefined ? this.#stage.watermark(through) : undefined;
    const same = sameRevision(watermark, this.#watermark) && unknownSince === this.#toldUnknownSince;
    if (same && !complete && !this.#stage.touched) return undefined;
    this.#watermark = watermark;
    this.#toldUnknownSince = unknownSince;
    const changes = this.#stage.take(complete);
    return { node: this.node, watermark, unknownSince, ...changes, complete, removed: false, at: now };
  }

  /** A report of the wanted revision. */
  #take({ key, revision, state, rejection, at }: NodeObjectReport, now: number): void {
    if (state === "proxied") {
      this.#stage.done(key);
      return;
    }
    const why = rejection ?? { field: "", reason: "pending", message: "the proxy has not acknowledged it yet" };
    if (state === "rejected") this.#stage.reject(key, revision, why, at);
    else this.#stage.wait(key, revision, now, why);
  }
}

function sameRevision(a: Revision | undefined, b: Revision | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return compareRevisions(a, b) === 0;
}
