import type { ClusterId } from "@fairlead/contract";
import { asc, sql } from "drizzle-orm";
import { type Cluster, clusterOf } from "./clusters.ts";
import { clusters } from "./schema.ts";
import { HANDLE, type TenantTransaction } from "./transaction.ts";
import { uuidArray } from "./values.ts";

/** The clusters with these ids, in the order of ids; one that is gone is left out. */
export async function clustersById(tx: TenantTransaction, ids: readonly ClusterId[]): Promise<readonly Cluster[]> {
  const found = await tx[HANDLE].db
    .select()
    .from(clusters)
    .where(sql`${clusters.id} = any(${uuidArray(ids)})`)
    .orderBy(asc(clusters.id));
  return found.map(clusterOf);
}
