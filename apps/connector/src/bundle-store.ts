import { Bundle, type BundleEntry, type BundlePlan, NO_REVISION } from "@fairlead/tunnel";
import type { StateLog } from "./state/state-log.ts";

const STATE_KEY = "state";

/** The bundle and its durable copy, without which nothing is acknowledged. */
export class BundleStore {
  readonly bundle: Bundle;
  readonly #log: StateLog;
  #resync: boolean;

  /** Starts from what the log holds; from an empty one, with a bundle that has to be compared with the cloud's. */
  constructor(log: StateLog) {
    this.#log = log;
    const entries: [string, BundleEntry][] = [];
    let through = NO_REVISION;
    let resync = log.entries.size === 0;
    for (const [key, value] of log.entries) {
      if ("through" in value) {
        through = value.through;
        resync = value.resync;
      } else {
        entries.push([key, value]);
      }
    }
    this.#resync = resync || log.isPartial;
    this.bundle = new Bundle(entries, through);
  }

  /** The bundle is not what the cloud last acknowledged, until an inventory was answered. */
  get needsResync(): boolean {
    return this.#resync;
  }

  /**
   * Makes a plan, already committed to the bundle, durable. When that fails the bundle is ahead of its copy, so the
   * process has to end and start from the copy.
   */
  keep(plan: BundlePlan): Promise<void> {
    this.#resync = this.#resync && !plan.resynced;
    return this.#log.write([...plan.changes, [STATE_KEY, { through: plan.through, resync: this.#resync }]]);
  }

  /** Takes in objects found in the cluster; what is in them is not known, so the cloud has to say it again. */
  async adopt(found: readonly (readonly [string, BundleEntry])[]): Promise<void> {
    const { through, entries } = this.bundle;
    // With nothing kept and nothing in the cluster there is nothing to compare.
    this.#resync = this.#resync && found.length + entries.size > 0;
    await this.#log.write([...found, [STATE_KEY, { through, resync: this.#resync }]]);
    this.bundle.commit({ seq: 0, changes: found, through, stale: 0, resynced: false });
  }

  /** Forgets tombstones that nothing needs any more. */
  async forget(keys: readonly string[]): Promise<void> {
    const forgettable = keys.filter((key) => this.bundle.forgettable(key));
    this.bundle.forget(forgettable);
    await this.#log.write(forgettable.map((key) => [key, undefined]));
  }

  /** Resolves when everything the bundle holds is durable, so that the cloud may hear of it. */
  settled(): Promise<void> {
    return this.#log.settled();
  }
}
