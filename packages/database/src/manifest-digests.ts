import { type ClusterId, idFromUuid, uuidFromId } from "@fairlead/contract";
import { sql } from "drizzle-orm";
import { HANDLE, rows, type TenantTransaction } from "./transaction.ts";
import { json, uuidArray } from "./values.ts";

/** The manifest digests of these clusters; one whose bundle was never rendered has none. What they mean is the caller's. */
export async function readManifestDigests(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<ReadonlyMap<ClusterId, string>> {
  const found = await rows<{ cluster_id: string; digest: string }>(
    tx,
    sql`select cluster_id, digest from manifest_digests where cluster_id = any(${uuidArray(clusters)})`,
  );
  return new Map(found.map((row) => [idFromUuid("clu", row.cluster_id), row.digest]));
}

/** Keeps manifest digests. Belongs in the transaction that changes the bundles, under the rendering lock. */
export async function writeManifestDigests(
  tx: TenantTransaction,
  digests: ReadonlyMap<ClusterId, string>,
): Promise<void> {
  const entries = [...digests].map(([cluster, digest]) => ({ cluster_id: uuidFromId(cluster), digest }));
  await rows(
    tx,
    sql`insert into manifest_digests (organization_id, cluster_id, digest)
      select ${tx[HANDLE].organization}::uuid, cluster_id, digest
      from jsonb_to_recordset(${json(entries)}) as d (cluster_id uuid, digest text)
      on conflict (organization_id, cluster_id) do update set digest = excluded.digest`,
  );
}
