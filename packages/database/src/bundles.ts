import { type ClusterId, uuidFromId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { sql } from "drizzle-orm";
import { rows, type TenantTransaction } from "./transaction.ts";
import type { IntentId } from "./values.ts";

/** An object of a cluster's bundle. */
export interface BundleEntry {
  readonly cluster: ClusterId;
  readonly key: string;
  /** Of the rendered object without its revision. */
  readonly digest: string;
  readonly intent: IntentId;
  /** The revision that last changed the object. */
  readonly revision: Revision;
}

/** An object with its content. */
export interface BundleObject extends Omit<BundleEntry, "cluster"> {
  /** The JSON text the digest is of. */
  readonly body: string;
}

/** Forgets the tombstones of a cluster up to a revision it has acknowledged. */
export async function dropTombstones(tx: TenantTransaction, cluster: ClusterId, through: Revision): Promise<void> {
  await rows(
    tx,
    sql`delete from bundle_objects where cluster_id = ${uuidFromId(cluster)}::uuid and digest is null
      and (epoch, n) <= (${through.epoch}::integer, ${through.n}::bigint)`,
  );
}
