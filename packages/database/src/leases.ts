import { type ClusterId, uuidFromId } from "@fairlead/contract";
import { and, eq, gt, sql } from "drizzle-orm";
import { hubLeases } from "./schema.ts";
import { HANDLE, rows, type TenantTransaction } from "./transaction.ts";

/** Who holds a cluster's socket. */
export interface Lease {
  readonly holder: string;
  /** Grows with every owner; what a hub writes must show the present one. */
  readonly fence: number;
  readonly expiresAt: Date;
}

/**
 * Takes a cluster's socket from whoever had it: of two authenticated connections the newer one wins, for the older may
 * be half open for minutes. `previous` is the holder it was taken from, when its lease still ran.
 */
export async function acquireLease(
  tx: TenantTransaction,
  input: { readonly cluster: ClusterId; readonly holder: string; readonly ttlMs: number },
): Promise<{ readonly fence: number; readonly previous: string | undefined }> {
  const [row] = await rows<{ fence: number; previous: string | null }>(
    tx,
    sql`
    with before as (
      select holder from hub_leases where cluster_id = ${uuidFromId(input.cluster)}::uuid and expires_at > now()
    )
    insert into hub_leases as l (organization_id, cluster_id, holder, fence, seen_at, expires_at)
    values (${tx[HANDLE].organization}::uuid, ${uuidFromId(input.cluster)}::uuid, ${input.holder}, 1, now(),
      now() + ${input.ttlMs}::bigint * interval '1 millisecond')
    on conflict (organization_id, cluster_id) do update set holder = excluded.holder, fence = l.fence + 1,
      seen_at = excluded.seen_at, expires_at = excluded.expires_at
    returning fence, (select holder from before) as previous`,
  );
  if (row === undefined) throw new TypeError("an upsert gave no row");
  return { fence: row.fence, previous: row.previous ?? undefined };
}

/** Gives a socket up. Nothing happens when it has another owner by now. The fence is kept, so that it never goes back. */
export async function releaseLease(
  tx: TenantTransaction,
  input: { readonly cluster: ClusterId; readonly fence: number },
): Promise<void> {
  await tx[HANDLE].db
    .update(hubLeases)
    .set({ expiresAt: sql`now()` })
    .where(and(eq(hubLeases.clusterId, uuidFromId(input.cluster)), eq(hubLeases.fence, input.fence)));
}

/** Who holds a cluster's socket now; undefined when nobody does. */
export async function leaseHolder(tx: TenantTransaction, cluster: ClusterId): Promise<Lease | undefined> {
  const [row] = await tx[HANDLE].db
    .select()
    .from(hubLeases)
    .where(and(eq(hubLeases.clusterId, uuidFromId(cluster)), gt(hubLeases.expiresAt, sql`now()`)));
  return row === undefined ? undefined : { holder: row.holder, fence: row.fence, expiresAt: row.expiresAt };
}
