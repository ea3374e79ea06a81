import { createHash } from "node:crypto";
import { compareRevisions, type Revision } from "@fairlead/core";
import { type BundleChange, type BundlePosition, type HubEvent, manifestDigest } from "../index.ts";

/** One row of a cluster's bundle as the database keeps it. */
interface Row {
  readonly revision: Revision;
  /** Undefined for a tombstone. */
  readonly value: string | undefined;
}

/** The database of one cluster's bundle: all that survives when a hub dies. */
export class SimulatedCloud {
  #epoch = 1;
  #n = 0;
  #rows = new Map<string, Row>();
  #backup: { n: number; rows: Map<string, Row> } | undefined;
  /** What the connector acknowledged; tombstones up to there may go. */
  acked: Revision = { epoch: 0, n: 0 };

  get revision(): Revision {
    return { epoch: this.#epoch, n: this.#n };
  }

  /** What should be in the cluster. */
  desired(): Record<string, string> {
    const live = [...this.#rows].flatMap(([key, row]) => (row.value === undefined ? [] : [[key, row.value] as const]));
    return Object.fromEntries(live.sort());
  }

  /** One commit; undefined deletes. */
  write(changes: readonly (readonly [string, string | undefined])[]): void {
    this.#n += 1;
    for (const [key, value] of changes) {
      if (value === undefined && this.#rows.get(key)?.value === undefined) continue;
      this.#rows.set(key, { revision: this.revision, value });
    }
  }

  backUp(): void {
    this.#backup = { n: this.#n, rows: new Map(this.#rows) };
  }

  /** Goes back to the backup under a new epoch; `restamp` says whether objects get new revisions with it. */
  restore(restamp: boolean): void {
    if (this.#backup === undefined) return;
    this.#epoch += 1;
    this.#n = this.#backup.n + (restamp ? 1 : 0);
    this.#rows = new Map(this.#backup.rows);
    if (!restamp) return;
    for (const [key, row] of this.#rows) this.#rows.set(key, { ...row, revision: this.revision });
  }

  /** Drops tombstones that the connector acknowledged. */
  collectTombstones(): void {
    for (const [key, row] of this.#rows) {
      if (row.value === undefined && compareRevisions(row.revision, this.acked) <= 0) this.#rows.delete(key);
    }
  }

  loadChanges(after: BundlePosition, limit: number): HubEvent {
    const changes = [...this.#rows]
      .map(([key, row]) => change(key, row))
      .sort((a, b) => compareRevisions(a.revision, b.revision) || (a.key < b.key ? -1 : 1))
      .filter((row) => {
        const order = compareRevisions(row.revision, after.revision);
        return order > 0 || (order === 0 && after.key !== undefined && row.key > after.key);
      });
    const more = changes.length > limit;
    const page = { changes: changes.slice(0, limit), more };
    return { type: "changesLoaded", ...page, through: this.revision, digest: this.#digest() };
  }

  loadManifest(): HubEvent {
    const rows = [...this.#rows].flatMap(([key, row]) => {
      const loaded = change(key, row);
      return "body" in loaded ? [loaded] : [];
    });
    return { type: "manifestLoaded", rows, through: this.revision, digest: this.#digest() };
  }

  loadBodies(digests: readonly string[]): HubEvent {
    const all = Object.values(this.desired()).map((value) => [digestOf(value), Buffer.from(value)] as const);
    return { type: "bodiesLoaded", bodies: new Map(all.filter(([digest]) => digests.includes(digest))) };
  }

  #digest(): string {
    return manifestDigest(Object.entries(this.desired()).map(([key, value]) => ({ key, digest: digestOf(value) })));
  }
}

function change(key: string, row: Row): BundleChange {
  const { revision, value } = row;
  if (value === undefined) return { key, revision };
  return { key, revision, digest: digestOf(value), intent: "rt_1", body: Buffer.from(value) };
}

function digestOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
