import { type Clock, compareRevisions, formatRevision, type Log } from "@fairlead/core";
import { WorkQueue } from "@fairlead/kubernetes";
import { FIELD_MANAGER, type KubernetesObject, type ObjectKey } from "@fairlead/kubernetes-types";
import type { Bundle, BundleEntry, Drift } from "@fairlead/tunnel";
import { isOurs } from "../ownership.ts";
import { driftPolicyOf, renderedObject } from "../rendered-object.ts";
import { describeDrift } from "./describe-drift.ts";
import { lostFields } from "./lost-fields.ts";
import { ReversalPace } from "./reversal-pace.ts";

/** How long drift that was undone is still told, in milliseconds. */
const RETAIN_MS = 15 * 60_000;
/** Objects whose drift is told at most: past it the newest are left out, so that a ruined cluster costs no more. */
const MAX_RECORDS = 1_000;

export interface DriftWatchOptions {
  readonly bundle: Bundle;
  readonly clock: Clock;
  readonly log: Log;
  /** What applying the object again would make of it, without doing so. */
  readonly preview: (key: ObjectKey, signal: AbortSignal) => Promise<KubernetesObject>;
  /** Apply the object again; `isGone`: somebody deleted it. {@link DriftWatch.settled} follows when that is done. */
  readonly reapply: (key: ObjectKey, isGone: boolean) => void;
  /** What is to be told about an object; undefined: nothing any more. */
  readonly tell: (key: ObjectKey, drift: Drift | undefined) => void;
}

/** An object as it was when it was last as it should be. */
interface Settled {
  readonly entry: BundleEntry;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** What we own of it as text; undefined when nobody has looked yet. */
  owned: string | undefined;
  /** Somebody changed or deleted it since, and it was not put right. */
  isDisturbed: boolean;
}

/**
 * Finds objects of ours that others changed or deleted, and sees to it that what is to be done about it is done. Who
 * changes a field of ours takes it over (server-side apply), so all there is to look at is whether we still own what we
 * applied; only when we do not, the API server is asked what applying it again would change.
 */
export class DriftWatch implements AsyncDisposable {
  readonly #options: DriftWatchOptions;
  readonly #queue: WorkQueue<ObjectKey>;
  readonly #settled = new Map<ObjectKey, Settled>();
  /** What was found and is not looked into yet; undefined: the object is gone. */
  readonly #suspects = new Map<ObjectKey, KubernetesObject | undefined>();
  readonly #drifts = new Map<ObjectKey, Drift>();
  readonly #paces = new Map<ObjectKey, ReversalPace>();

  constructor(options: DriftWatchOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      work: (key, signal) => this.#look(key, signal),
      onError: (key, error, failures) =>
        options.log.warn("drift cannot be looked into", { object: key, error, failures }),
      concurrency: 4,
      backoff: { baseMs: 100, maxMs: 5_000 },
      clock: options.clock,
    });
  }

  /** Drift that is left as it is: applying such an object again is not for a background pass to decide. */
  isLeft(key: ObjectKey, entry: BundleEntry): boolean {
    return this.#settled.has(key) && policyOf(key, entry) === "report";
  }

  /** The object is in the cluster as the bundle wants it now, as far as is known. */
  isInPlace(key: ObjectKey): boolean {
    const settled = this.#current(key);
    return settled !== undefined && !settled.isDisturbed && !this.#suspects.has(key);
  }

  /** The object is as the entry says: `live` is what applying gave, or what was found in place (`isFresh` false). */
  settled(key: ObjectKey, entry: BundleEntry, live: KubernetesObject | undefined, isFresh: boolean): void {
    this.#suspects.delete(key);
    if (entry.object === undefined || live === undefined) {
      this.#settled.delete(key);
      this.#close(key);
      return;
    }
    const { uid, resourceVersion } = live.metadata;
    this.#settled.set(key, {
      entry,
      uid,
      resourceVersion,
      owned: isFresh ? ownedText(live) : undefined,
      isDisturbed: false,
    });
    if (isFresh) this.#undone(key);
  }

  /** The API server tells of an object of a kind that bundles hold; undefined: it is gone. */
  changed(key: ObjectKey, live: KubernetesObject | undefined): void {
    const settled = this.#current(key);
    if (settled === undefined) return;
    if (live !== undefined) {
      const { resourceVersion, deletionTimestamp } = live.metadata;
      if (deletionTimestamp !== undefined || isBefore(resourceVersion, settled.resourceVersion)) return;
      if (this.#isAsApplied(key, settled, live)) {
        this.#inSync(key);
        return;
      }
    }
    this.#suspects.set(key, live);
    this.#queue.add(key);
  }

  /** Due now and then: forgets what is over. */
  sweep(): void {
    const now = this.#options.clock.now();
    for (const [key, { state, at }] of this.#drifts) {
      const isOver = state === "reverted" || (state === "fighting" && this.#paces.get(key)?.isQuiet(now) !== false);
      if (isOver && now - at > RETAIN_MS) this.#close(key);
    }
    for (const [key, pace] of this.#paces) if (pace.isQuiet(now)) this.#paces.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  /** What is known of an object, as long as the bundle still wants it so. */
  #current(key: ObjectKey): Settled | undefined {
    const settled = this.#settled.get(key);
    const entry = this.#options.bundle.entries.get(key);
    if (settled === undefined || entry?.object === undefined || entry.object.digest === "") return undefined;
    const isSame =
      entry.epoch === settled.entry.epoch && compareRevisions(entry.revision, settled.entry.revision) === 0;
    return isSame ? settled : undefined;
  }

  /** Whether all that we applied is still ours. */
  #isAsApplied(key: ObjectKey, settled: Settled, live: KubernetesObject): boolean {
    if (isStranger(settled, live)) return false;
    const owned = ownedText(live);
    const { entry } = settled;
    if (settled.owned === undefined && entry.object !== undefined) {
      const { object } = renderedObject(key, entry, entry.object);
      if (lostFields(object, ownedBy(live)).length === 0) settled.owned = owned;
    }
    return settled.owned === owned;
  }

  async #look(key: ObjectKey, signal: AbortSignal): Promise<number | undefined> {
    const settled = this.#current(key);
    if (settled === undefined || !this.#suspects.has(key)) return undefined;
    const live = this.#suspects.get(key);
    if (live !== undefined && isStranger(settled, live)) {
      if (policyOf(key, settled.entry) === "revert") this.#options.reapply(key, true);
      return undefined;
    }
    const found =
      live === undefined
        ? { fields: [], moreFields: 0 }
        : describeDrift(live, await this.#options.preview(key, signal));
    if (!this.#suspects.has(key) || this.#suspects.get(key) !== live || this.#current(key) !== settled)
      return undefined;
    if (live !== undefined && found.fields.length === 0) {
      // Somebody else owns it now, and wants it as we do. Taking it back shows the next change again; where that is not
      // ours to do, every change is looked into.
      this.#suspects.delete(key);
      this.#inSync(key);
      if (policyOf(key, settled.entry) === "revert") this.#options.reapply(key, false);
      return undefined;
    }
    return this.#act(key, settled, live === undefined ? "deleted" : "modified", found);
  }

  #act(
    key: ObjectKey,
    settled: Settled,
    change: Drift["change"],
    found: Pick<Drift, "fields" | "moreFields">,
  ): number | undefined {
    const { clock, log, reapply } = this.#options;
    const { entry } = settled;
    settled.isDisturbed = true;
    const now = clock.now();
    const policy = policyOf(key, entry);
    const intent = entry.object?.intent ?? "";
    const head = { key, intent, revision: formatRevision(entry.revision), policy, change, ...found, at: now };
    if (policy === "report") {
      this.#suspects.delete(key);
      this.#tell({ ...head, state: "reported", reversals: 0 });
      return undefined;
    }
    const pace = this.#paces.get(key) ?? new ReversalPace();
    this.#paces.set(key, pace);
    const verdict = pace.look(now);
    this.#tell({ ...head, state: verdict.fighting ? "fighting" : "reverting", reversals: verdict.reversals });
    if (verdict.fighting && verdict.waitMs > 0) return verdict.waitMs;
    this.#suspects.delete(key);
    const managers = [...new Set(found.fields.map(({ manager }) => manager))];
    log.warn("drift is undone", { object: key, change, fields: found.fields.length, managers });
    pace.reversed(now);
    reapply(key, change === "deleted");
    return undefined;
  }

  /** It was applied again. */
  #undone(key: ObjectKey): void {
    const drift = this.#drifts.get(key);
    if (drift === undefined) return;
    if (drift.state === "reported") this.#close(key);
    else if (drift.state === "reverting") this.#tell({ ...drift, state: "reverted", reversals: drift.reversals + 1 });
  }

  /** It is as it should be without our doing. */
  #inSync(key: ObjectKey): void {
    this.#suspects.delete(key);
    const settled = this.#settled.get(key);
    if (settled !== undefined) settled.isDisturbed = false;
    if (this.#drifts.get(key)?.state === "reported") this.#close(key);
  }

  #tell(drift: Drift): void {
    if (!this.#drifts.has(drift.key) && this.#drifts.size >= MAX_RECORDS) return;
    this.#drifts.set(drift.key, drift);
    this.#options.tell(drift.key, drift);
  }

  #close(key: ObjectKey): void {
    if (this.#drifts.delete(key)) this.#options.tell(key, undefined);
  }
}

/** Another object has taken the name: applying says so, and touches nothing. */
function isStranger({ uid }: Settled, live: KubernetesObject): boolean {
  return live.metadata.uid !== uid && !isOurs(live);
}

function policyOf(key: ObjectKey, entry: BundleEntry): Drift["policy"] {
  return entry.object === undefined ? "revert" : driftPolicyOf(renderedObject(key, entry, entry.object).object);
}

function ownedBy(live: KubernetesObject): Readonly<Record<string, unknown>> | undefined {
  const isMine = ({
    manager,
    operation,
    subresource,
  }: {
    manager?: string;
    operation?: string;
    subresource?: string;
  }) => manager === FIELD_MANAGER && operation === "Apply" && subresource === undefined;
  return live.metadata.managedFields?.find(isMine)?.fieldsV1;
}

function ownedText(live: KubernetesObject): string {
  return JSON.stringify(ownedBy(live) ?? {});
}

/** Whether one resourceVersion comes before another; versions that are no numbers say nothing. */
function isBefore(version: string | undefined, other: string | undefined): boolean {
  const isNumber = /^\d+$/;
  if (version === undefined || other === undefined || !isNumber.test(version) || !isNumber.test(other)) return false;
  return BigInt(version) < BigInt(other);
}
