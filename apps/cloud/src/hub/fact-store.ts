import type { ClusterId, OrganizationId } from "@fairlead/contract";
import type { Log } from "@fairlead/core";
import { applyFacts, confirmFacts, type Database, factsHead } from "@fairlead/database";
import type { FactsFrame, FactsQuota, HubEvent } from "@fairlead/tunnel";

export interface FactStoreOptions {
  readonly database: Database;
  readonly log: Log;
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  /** Fencing token of the socket's lease. */
  readonly fence: number;
  readonly quota: FactsQuota;
  /** Facts were written. */
  readonly onWritten: () => void;
  /** The lease is someone else's: nothing was written. */
  readonly onFenced: () => void;
}

/** Stores what a connector tells of its cluster, message by message, in order. */
export class FactStore {
  readonly #options: FactStoreOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #digest = "";

  constructor(options: FactStoreOptions) {
    this.#options = options;
  }

  /** What is stored. */
  load(): Promise<HubEvent> {
    return this.#inTurn(async () => {
      const { database, organization, cluster, quota } = this.#options;
      const head = await database.withTenant(organization, (tx) => factsHead(tx, cluster));
      this.#digest = head?.digest ?? "";
      return { type: "factsLoaded", digest: this.#digest, quota };
    });
  }

  /** Stores a message. */
  store(facts: FactsFrame): Promise<HubEvent> {
    return this.#inTurn(async () => ({ type: "factsStored", facts, refused: !(await this.#store(facts)) }));
  }

  /** False: they are too many. */
  async #store(facts: FactsFrame): Promise<boolean> {
    const { database, log, organization, cluster, fence, quota, onWritten, onFenced } = this.#options;
    const { upserts, removals, range, digest, leftOut } = facts;
    const isConfirmation =
      upserts.length + removals.length === 0 &&
      range === undefined &&
      digest === this.#digest &&
      Object.keys(leftOut).length === 0;
    const outcome = await database.withTenant(
      organization,
      async (tx) => {
        if (isConfirmation) return (await confirmFacts(tx, { cluster, fence })) ? "stored" : "fenced";
        // While everything is told anew, old and new may be there at once.
        const most = { objects: 2 * quota.objects, bytes: 2 * quota.bytes };
        return applyFacts(tx, { cluster, fence, upserts, removals, range, digest, leftOut, quota: most });
      },
      { durable: false },
    );
    if (outcome === "fenced") onFenced();
    if (outcome === "over_quota")
      log.error("facts are over the quota the connector was told", { organization, cluster });
    if (outcome !== "stored") return outcome !== "over_quota";
    this.#digest = digest;
    if (!isConfirmation) onWritten();
    return true;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
