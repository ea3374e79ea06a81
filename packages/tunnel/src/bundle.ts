import { compareRevisions, type Revision } from "@fairlead/core";
import type { BundleKey, DeltaFrame, DigestHex, ManifestEntry, Tombstone, Upsert } from "./frame.ts";
import { NO_REVISION } from "./limits.ts";
import { ManifestDigest } from "./manifest-digest.ts";

/** What the connector keeps of a key. Plain JSON, so that it can go to disk as it is. */
export interface BundleEntry {
  readonly revision: Revision;
  /** Epoch in which the hub said so. A restored backup may name an older revision again; its epoch is newer. */
  readonly epoch: number;
  /** The object; undefined for a tombstone. */
  readonly object?: BundleObject;
}

/** The live half of an entry. */
export interface BundleObject {
  /** Opaque to the connector; empty for an object found in the cluster whose content is not known. */
  readonly digest: DigestHex;
  readonly intent: string;
  /** The Kubernetes object as JSON. */
  readonly body: string;
}

/** What a delta changes; to be put on disk, then given to {@link Bundle.commit}. */
export interface BundlePlan {
  readonly seq: number;
  readonly changes: readonly (readonly [BundleKey, BundleEntry])[];
  /** The revision the bundle is at afterwards. */
  readonly through: Revision;
  /** Upserts and tombstones left out because something newer is held. */
  readonly stale: number;
  /** The answer to an inventory is complete: the bundle can be trusted again. */
  readonly resynced: boolean;
}

/** What the connector was told to have in its cluster: objects and tombstones by key, and the revision they add up to. */
export class Bundle {
  readonly #entries: Map<BundleKey, BundleEntry>;
  readonly #digest = new ManifestDigest();
  #through: Revision;

  /** Starts from what the disk holds. Default: nothing, at 0.0. */
  constructor(entries: Iterable<readonly [BundleKey, BundleEntry]> = [], through: Revision = NO_REVISION) {
    this.#entries = new Map(entries);
    this.#through = through;
    for (const [key, entry] of this.#entries) {
      if (entry.object !== undefined) this.#digest.add(key, entry.object.digest);
    }
  }

  /** The revision it is at. */
  get through(): Revision {
    return this.#through;
  }

  /** Digest of the live objects. */
  get digest(): DigestHex {
    return this.#digest.hex;
  }

  get entries(): ReadonlyMap<BundleKey, BundleEntry> {
    return this.#entries;
  }

  /** The live objects, as an inventory tells them. */
  manifest(): ManifestEntry[] {
    const manifest: ManifestEntry[] = [];
    for (const [key, { object, revision }] of this.#entries) {
      if (object !== undefined) manifest.push({ key, digest: object.digest, revision });
    }
    return manifest;
  }

  /**
   * What this delta changes. Nothing changes yet. Frames older than the bundle change nothing, and neither does an
   * object older than what is held of its key, so that a late duplicate never undoes or resurrects.
   * Undefined when the delta builds on what the bundle does not hold; then only an inventory helps.
   */
  plan(delta: DeltaFrame): BundlePlan | undefined {
    const { seq, through, from, sync } = delta;
    const changes = [...delta.upserts, ...delta.tombstones];
    if (compareRevisions(through, this.#through) < 0) {
      return { seq, changes: [], through: this.#through, stale: changes.length, resynced: false };
    }
    const restored = this.#through.epoch !== 0 && through.epoch !== this.#through.epoch;
    if (sync === 0 && (restored || compareRevisions(from, this.#through) > 0)) return undefined;
    const accepted = changes.filter((change) => this.#accepts(change, through.epoch, sync > 0));
    return {
      seq,
      changes: accepted.map((change) => [change.key, entryOf(change, through.epoch)] as const),
      through: delta.last ? through : this.#through,
      stale: changes.length - accepted.length,
      resynced: sync > 0 && delta.last,
    };
  }

  /** Takes over a plan that is on disk. */
  commit(plan: BundlePlan): void {
    for (const [key, entry] of plan.changes) {
      const held = this.#entries.get(key)?.object;
      if (held !== undefined) this.#digest.remove(key, held.digest);
      if (entry.object !== undefined) this.#digest.add(key, entry.object.digest);
      this.#entries.set(key, entry);
    }
    this.#through = plan.through;
  }

  /**
   * Whether the tombstone of this key may be forgotten: it is covered by the bundle's revision, behind which
   * duplicates are recognized without it.
   */
  forgettable(key: BundleKey): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.object === undefined && this.#covers(entry.revision, entry.epoch);
  }

  /** Forgets tombstones that are {@link forgettable}; others are left. */
  forget(keys: Iterable<BundleKey>): void {
    for (const key of keys) if (this.forgettable(key)) this.#entries.delete(key);
  }

  #accepts(change: Upsert | Tombstone, epoch: number, authoritative: boolean): boolean {
    const held = this.#entries.get(change.key);
    if (held === undefined) return authoritative || !this.#covers(change.revision, epoch);
    const order = epoch - held.epoch || compareRevisions(change.revision, held.revision);
    if (order !== 0) return order > 0;
    const same = held.object?.digest === ("body" in change ? change.digest : undefined);
    return authoritative && !same;
  }

  #covers(revision: Revision, epoch: number): boolean {
    return epoch <= this.#through.epoch && compareRevisions(revision, this.#through) <= 0;
  }
}

function entryOf(change: Upsert | Tombstone, epoch: number): BundleEntry {
  const { revision } = change;
  if (!("body" in change)) return { revision, epoch };
  const { digest, intent } = change;
  return { revision, epoch, object: { digest, intent, body: new TextDecoder().decode(change.body) } };
}
