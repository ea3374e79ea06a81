import { type ClusterId, uuidFromId } from "@fairlead/contract";
import { and, eq, gt, sql } from "drizzle-orm";
import { hubLeases } from "./schema.ts";
import { HANDLE, rows, type TenantTransaction } from "./transaction.ts";
import { json } from "./values.ts";

/** Who holds a cluster's socket. */
export interface Lease {
  readonly holder: string;
  /** Grows with every owner; what a hub writes must show the present one. */
  readonly fence: number;
  readonly expiresAt: Date;
}

/** A connector that was put out while it was still there. */
export interface Ousting {
  /** Its process. */
  readonly process: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** A cluster's socket before somebody takes it. */
export interface SocketBefore {
  /** The connector's process; empty when it did not say. */
  readonly process: string;
  /** Whether it was heard lately and has not left. */
  readonly isAlive: boolean;
  readonly ousted: readonly Ousting[];
  /** By the database's clock, in milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Who has a cluster's socket, and nobody takes it until the transaction ends; undefined when nobody ever had it. */
export async function lockSocket(tx: TenantTransaction, cluster: ClusterId): Promise<SocketBefore | undefined> {
  const [row] = await rows<{ process: string; alive: boolean; ousted: readonly Ousting[]; now: number }>(
    tx,
    sql`
    select process, expires_at > now() as alive, ousted,
      (extract(epoch from clock_timestamp()) * 1000)::double precision as now
    from hub_leases where cluster_id = ${uuidFromId(cluster)}::uuid for update`,
  );
  return row && { process: row.process, isAlive: row.alive, ousted: row.ousted, now: Math.floor(row.now) };
}

/** Remembers who was put out lately, though nobody was now. */
export async function noteOusted(tx: TenantTransaction, cluster: ClusterId, ousted: readonly Ousting[]): Promise<void> {
  await rows(tx, sql`update hub_leases set ousted = ${json(ousted)} where cluster_id = ${uuidFromId(cluster)}::uuid`);
}

/**
 * Takes a cluster's socket from whoever had it: of two authenticated connections the newer one wins, for the older may
 * be half open for minutes. `previous` is the holder it was taken from, when its lease still ran.
 */
export async function acquireLease(
  tx: TenantTransaction,
  input: {
    readonly cluster: ClusterId;
    readonly holder: string;
    readonly ttlMs: number;
    /** The connector's process. Default: it did not say. */
    readonly process?: string;
    /** Who was put out lately. Default nobody. */
    readonly ousted?: readonly Ousting[];
  },
): Promise<{ readonly fence: number; readonly previous: string | undefined }> {
  const [row] = await rows<{ fence: number; previous: string | null }>(
    tx,
    sql`
    with before as (
      select holder from hub_leases where cluster_id = ${uuidFromId(input.cluster)}::uuid and expires_at > now()
    )
    insert into hub_leases as l (organization_id, cluster_id, holder, process, ousted, fence, seen_at, expires_at)
    values (${tx[HANDLE].organization}::uuid, ${uuidFromId(input.cluster)}::uuid, ${input.holder},
      ${input.process ?? ""}, ${json(input.ousted ?? [])}, 1, now(),
      now() + ${input.ttlMs}::bigint * interval '1 millisecond')
    on conflict (organization_id, cluster_id) do update set holder = excluded.holder, process = excluded.process,
      ousted = excluded.ousted, fence = l.fence + 1, seen_at = excluded.seen_at, expires_at = excluded.expires_at
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
