import { compareRevisions, type Revision } from "@fairlead/core";
import { changeSize, chunk, fitsFrame } from "./chunk.ts";
import type { BundleKey, DeltaFrame, DigestHex, ManifestEntry, Tombstone, TunnelLimits, Upsert } from "./frame.ts";
import type { BundleChange, BundlePosition, BundleRow, HubEffect, HubEvent } from "./hub-protocol.ts";
import { MAX_LIST_ENTRIES } from "./limits.ts";

type Event<T extends HubEvent["type"]> = Extract<HubEvent, { type: T }>;

/** An inventory being answered. */
interface Resync {
  readonly sync: number;
  readonly inventory: Map<BundleKey, ManifestEntry>;
  /** Its last chunk came. */
  complete: boolean;
  /** What is still to be sent; undefined until the manifest is there. */
  upserts: BundleRow[] | undefined;
  /** The page of `upserts` whose bodies were asked for. */
  loading: BundleRow[];
  tombstones: readonly Tombstone[];
  through: Revision;
}

export interface BundleSenderOptions {
  readonly limits: TunnelLimits;
  readonly pageSize: number;
  /** Where the connector is. */
  readonly holds: Revision;
  /** Wait for an inventory before the first delta. */
  readonly resync: boolean;
}

/**
 * The hub's half of bundle transfer: reads changes page by page behind a cursor, cuts them into deltas, keeps at most
 * a window of them unacknowledged, answers inventories, and sends the digest once the connector has caught up.
 */
export class BundleSender {
  readonly #limits: TunnelLimits;
  readonly #pageSize: number;
  #cursor: BundlePosition;
  /** The revision the connector is at before the batch under way. */
  #base: Revision;
  #outbox: Omit<DeltaFrame, "seq">[] = [];
  #sentSeq = 0;
  #ackedSeq = 0;
  #loading = false;
  #dirty = true;
  #awaitsInventory: boolean;
  #lastSync = 0;
  #manifestsAwaited = 0;
  #resync: Resync | undefined;
  #digest: { readonly through: Revision; readonly digest: DigestHex } | undefined;
  #digestDue = true;

  constructor(options: BundleSenderOptions) {
    this.#limits = options.limits;
    this.#pageSize = options.pageSize;
    this.#cursor = { revision: options.holds, key: undefined };
    this.#base = options.holds;
    this.#awaitsInventory = options.resync;
  }

  /** The bundle may have changed. */
  hint(): HubEffect[] {
    this.#dirty = true;
    return this.#pump();
  }

  /** A quiet session is due for a comparison of digests. */
  compareDigests(): HubEffect[] {
    this.#digestDue = true;
    return this.hint();
  }

  /** Number of the last delta handed to the socket. */
  get sentSeq(): number {
    return this.#sentSeq;
  }

  /** The connector has everything up to this delta on disk. */
  acked(seq: number, through: Revision): HubEffect[] {
    this.#ackedSeq = Math.max(this.#ackedSeq, seq);
    return [{ type: "acked", through }, ...this.#pump()];
  }

  /** A chunk of the connector's inventory. */
  inventory(sync: number, entries: readonly ManifestEntry[], last: boolean): HubEffect[] {
    if (sync < this.#lastSync) return [];
    if (sync > this.#lastSync) {
      this.#lastSync = sync;
      this.#outbox = [];
      this.#resync = {
        sync,
        inventory: new Map(),
        complete: false,
        upserts: undefined,
        loading: [],
        tombstones: [],
        through: this.#base,
      };
    }
    const resync = this.#resync;
    if (resync === undefined) return [];
    for (const entry of entries) resync.inventory.set(entry.key, entry);
    if (!last) return [];
    resync.complete = true;
    this.#manifestsAwaited += 1;
    return [{ type: "loadManifest" }];
  }

  /** The bundle's rows after the cursor. */
  changesLoaded(event: Event<"changesLoaded">): HubEffect[] {
    this.#loading = false;
    // An inventory came in between: its answer will hold these changes too.
    if (this.#resync !== undefined) return this.#pump();
    const { changes, more, through } = event;
    this.#digest = { through, digest: event.digest };
    const effects: HubEffect[] = [];
    const lastRow = changes.at(-1);
    const moved = compareRevisions(through, this.#cursor.revision) > 0 || this.#cursor.key !== undefined;
    if (lastRow !== undefined || moved) {
      effects.push(...this.#enqueue(changes, { through, last: !more, sync: 0 }));
      if (!more) this.#base = through;
      this.#cursor =
        more && lastRow !== undefined
          ? { revision: lastRow.revision, key: lastRow.key }
          : { revision: through, key: undefined };
    }
    if (more) this.#dirty = true;
    return [...effects, ...this.#pump()];
  }

  /** The manifest to compare the inventory with. */
  manifestLoaded(event: Event<"manifestLoaded">): HubEffect[] {
    const resync = this.#resync;
    this.#manifestsAwaited -= 1;
    // An older inventory's manifest says nothing of the one that is coming in.
    if (resync === undefined || this.#manifestsAwaited > 0 || !resync.complete) return [];
    const { rows, through, digest } = event;
    const wanted = new Set(rows.map((row) => row.key));
    const unknown = [...resync.inventory.keys()].filter((key) => !wanted.has(key)).sort();
    resync.upserts = rows.filter((row) => resync.inventory.get(row.key)?.digest !== row.digest);
    resync.tombstones = unknown.map((key) => ({ key, revision: through }));
    resync.through = through;
    this.#digest = { through, digest };
    const counts = { upserts: resync.upserts.length, tombstones: resync.tombstones.length };
    return [{ type: "resynced", ...counts }, ...this.#pump()];
  }

  /** Bodies of a page of what differs. */
  bodiesLoaded(event: Event<"bodiesLoaded">): HubEffect[] {
    const resync = this.#resync;
    this.#loading = false;
    if (resync === undefined || resync.loading.length === 0) return this.#pump();
    // A body that is gone belongs to an object that changed since; the next delta brings its successor.
    const upserts = resync.loading.flatMap((row) => {
      const body = event.bodies.get(row.digest);
      return body === undefined ? [] : [{ ...row, body }];
    });
    resync.loading = [];
    return [...this.#enqueueResync(resync, upserts), ...this.#pump()];
  }

  #enqueueResync(resync: Resync, upserts: readonly Upsert[]): HubEffect[] {
    const { through, sync } = resync;
    const last = resync.upserts?.length === 0;
    const effects = this.#enqueue([...upserts, ...(last ? resync.tombstones : [])], { through, last, sync });
    if (last) {
      this.#resync = undefined;
      this.#awaitsInventory = false;
      this.#base = through;
      this.#cursor = { revision: through, key: undefined };
      this.#dirty = true;
    }
    return effects;
  }

  #enqueue(
    changes: readonly BundleChange[],
    batch: { readonly through: Revision; readonly last: boolean; readonly sync: number },
  ): HubEffect[] {
    const { maxFrameBytes } = this.#limits;
    const effects: HubEffect[] = [];
    const fitting = changes.filter((change) => {
      const sizeBytes = changeSize(change);
      if (fitsFrame(sizeBytes, maxFrameBytes)) return true;
      effects.push({ type: "unsendable", key: change.key, revision: change.revision, sizeBytes });
      return false;
    });
    const chunks = chunk(fitting, changeSize, maxFrameBytes, MAX_LIST_ENTRIES);
    for (const [index, items] of chunks.entries()) {
      this.#outbox.push({
        type: "delta",
        from: this.#base,
        through: batch.through,
        upserts: items.filter((item) => "body" in item),
        tombstones: items.filter((item) => !("body" in item)),
        last: batch.last && index === chunks.length - 1,
        sync: batch.sync,
      });
    }
    return effects;
  }

  /** Sends what the window allows and asks for more when there is room. */
  #pump(): HubEffect[] {
    const effects: HubEffect[] = [];
    while (this.#outbox.length > 0 && this.#sentSeq - this.#ackedSeq < this.#limits.window) {
      const frame = this.#outbox.shift();
      if (frame === undefined) break;
      this.#sentSeq += 1;
      effects.push({ type: "send", frame: { ...frame, seq: this.#sentSeq } });
      if (frame.last) effects.push({ type: "sent", through: frame.through });
    }
    if (this.#outbox.length > 0 || this.#loading) return effects;
    return [...effects, ...this.#fetch()];
  }

  #fetch(): HubEffect[] {
    const resync = this.#resync;
    if (resync !== undefined) {
      if (resync.upserts === undefined) return [];
      resync.loading = resync.upserts.splice(0, this.#pageSize);
      if (resync.loading.length === 0) return [...this.#enqueueResync(resync, []), ...this.#pump()];
      this.#loading = true;
      return [{ type: "loadBodies", digests: [...new Set(resync.loading.map((row) => row.digest))] }];
    }
    if (this.#awaitsInventory) return [];
    if (this.#dirty) {
      this.#dirty = false;
      this.#loading = true;
      return [{ type: "loadChanges", after: this.#cursor, limit: this.#pageSize }];
    }
    if (!this.#digestDue || this.#digest === undefined || this.#sentSeq > this.#ackedSeq) return [];
    this.#digestDue = false;
    return [{ type: "send", frame: { type: "digest", ...this.#digest } }];
  }
}
