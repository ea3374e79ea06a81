import { join } from "node:path";
import { Journal, type Log, MeshError, type Revision } from "@fairlead/core";
import { Bundle, type BundleEntry, type BundlePlan, NO_REVISION } from "@fairlead/tunnel";

/** What a key of the journal holds: an entry of the bundle, or how far the whole is. */
type Stored = BundleEntry | { readonly through: Revision; readonly resync: boolean };

const STATE_KEY = "state";
const FILE = "bundle.journal";

/** The bundle and its copy on disk, without which nothing is acknowledged. */
export class BundleStore implements Disposable {
  readonly bundle: Bundle;
  readonly #journal: Journal<Stored>;
  #resync: boolean;

  private constructor(journal: Journal<Stored>, fresh: boolean) {
    this.#journal = journal;
    const entries: [string, BundleEntry][] = [];
    let through = NO_REVISION;
    this.#resync = fresh;
    for (const [key, value] of journal.entries) {
      if ("through" in value) {
        through = value.through;
        this.#resync = value.resync;
      } else {
        entries.push([key, value]);
      }
    }
    this.bundle = new Bundle(entries, through);
  }

  /**
   * Opens the bundle in a folder. A damaged file is logged as `cache_corrupt`, kept beside its place, and replaced by
   * an empty bundle that has to be compared with the cloud's; nothing in the cluster is touched because of it.
   */
  static open(directory: string, log: Log): BundleStore {
    const path = join(directory, FILE);
    try {
      return BundleStore.#from(Journal.open<Stored>({ path }));
    } catch (thrown) {
      const error = MeshError.from(thrown);
      if (error.code !== "cache_corrupt") throw thrown;
      log.error("bundle cache is corrupt", { code: error.code, error, kept: `${path}.corrupt` });
      return new BundleStore(Journal.reset<Stored>({ path }), true);
    }
  }

  static #from(journal: Journal<Stored>): BundleStore {
    return new BundleStore(journal, journal.entries.size === 0);
  }

  /** The bundle is not what the cloud last acknowledged, until an inventory was answered. */
  get needsResync(): boolean {
    return this.#resync;
  }

  /**
   * Puts a plan, already committed to the bundle, on disk. When that fails the bundle is ahead of its copy, so the
   * process has to end and start from the disk.
   */
  keep(plan: BundlePlan): void {
    this.#resync = this.#resync && !plan.resynced;
    this.#journal.write([...plan.changes, [STATE_KEY, { through: plan.through, resync: this.#resync }]]);
  }

  /** Takes in objects found in the cluster; what is in them is not known, so the cloud has to say it again. */
  adopt(found: readonly (readonly [string, BundleEntry])[]): void {
    const { through, entries } = this.bundle;
    // With nothing on disk and nothing in the cluster there is nothing to compare.
    this.#resync = this.#resync && found.length + entries.size > 0;
    this.#journal.write([...found, [STATE_KEY, { through, resync: this.#resync }]]);
    this.bundle.commit({ seq: 0, changes: found, through, stale: 0, resynced: false });
  }

  /** Forgets tombstones that nothing needs any more. */
  forget(keys: readonly string[]): void {
    const forgettable = keys.filter((key) => this.bundle.forgettable(key));
    this.#journal.write(forgettable.map((key) => [key, undefined]));
    this.bundle.forget(forgettable);
  }

  [Symbol.dispose](): void {
    this.#journal[Symbol.dispose]();
  }
}
