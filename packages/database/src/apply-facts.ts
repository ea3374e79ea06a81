import { type ClusterId, uuidFromId } from "@fairlead/contract";
import { sql } from "drizzle-orm";
import { HANDLE, rows, type TenantTransaction } from "./transaction.ts";
import { json } from "./values.ts";

/** What a connector tells of its cluster in one message. */
export interface FactsChange {
  readonly cluster: ClusterId;
  /** Of the hub's lease. */
  readonly fence: number;
  /** JSON text by key. */
  readonly upserts: readonly { readonly key: string; readonly body: string }[];
  readonly removals: readonly string[];
  /** Present: `upserts` are all there is with a key after `after` and not after `through` (undefined: up to the last). */
  readonly range?: { readonly after: string; readonly through: string | undefined } | undefined;
  /** The connector's digest of all it has told with this; empty while it is telling everything anew. */
  readonly digest: string;
  /** Objects that did not fit, by kind. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** How much a cluster may have. */
  readonly quota: { readonly objects: number; readonly bytes: number };
}

/** `fenced`: the socket has another owner now; `over_quota`: there would be too much. Then nothing was written. */
export type FactsOutcome = "stored" | "fenced" | "over_quota";

/** Tombstones are kept for this many versions. */
const TOMBSTONE_VERSIONS = 1_000;

/** Stores what a connector tells of its cluster. */
export async function applyFacts(tx: TenantTransaction, change: FactsChange): Promise<FactsOutcome> {
  const { organization } = tx[HANDLE];
  const cluster = uuidFromId(change.cluster);
  // One hub at a time changes a cluster's facts: the lease is kept from changing hands until the transaction ends.
  const lease = await rows(
    tx,
    sql`select 1 as one from hub_leases where cluster_id = ${cluster}::uuid and fence = ${change.fence} for share`,
  );
  if (lease.length === 0) return "fenced";
  const [head] = await rows<{ version: number; objects: number; bytes: number }>(
    tx,
    sql`select version, objects, bytes from cluster_fact_heads where cluster_id = ${cluster}::uuid for update`,
  );
  const version = (head?.version ?? 0) + 1;
  const { removed, objects, bytes } = await weigh(tx, cluster, change);
  const total = { objects: (head?.objects ?? 0) + objects, bytes: (head?.bytes ?? 0) + bytes };
  const grows = objects > 0 || bytes > 0;
  if (grows && (total.objects > change.quota.objects || total.bytes > change.quota.bytes)) return "over_quota";
  const pruned = version - TOMBSTONE_VERSIONS;
  await rows(
    tx,
    sql`
    insert into cluster_fact_heads as h (organization_id, cluster_id, version, digest, objects, bytes, left_out, observed_at)
    values (${organization}::uuid, ${cluster}::uuid, ${version}::bigint, ${change.digest}::text, ${total.objects}::integer,
      ${total.bytes}::bigint, ${json(change.leftOut)}, clock_timestamp())
    on conflict (organization_id, cluster_id) do update set version = excluded.version, digest = excluded.digest,
      objects = excluded.objects, bytes = excluded.bytes, left_out = excluded.left_out,
      pruned_through = greatest(h.pruned_through, ${pruned}::bigint), observed_at = excluded.observed_at`,
  );
  if (change.upserts.length > 0) {
    await rows(
      tx,
      sql`
      insert into cluster_facts as f (organization_id, cluster_id, key, body, version)
      select ${organization}::uuid, ${cluster}::uuid, u.key, u.body, ${version}::bigint
      from jsonb_to_recordset(${json(change.upserts)}) as u (key text, body text)
      on conflict (organization_id, cluster_id, key) do update set body = excluded.body, version = excluded.version
      where f.body is distinct from excluded.body`,
    );
  }
  if (removed.length > 0) {
    await rows(
      tx,
      sql`update cluster_facts set body = null, version = ${version}::bigint where cluster_id = ${cluster}::uuid
        and key in (select jsonb_array_elements_text(${json(removed)}))`,
    );
  }
  if (pruned > 0) {
    await rows(
      tx,
      sql`delete from cluster_facts where cluster_id = ${cluster}::uuid and body is null and version <= ${pruned}::bigint`,
    );
  }
  return "stored";
}

/** The connector has what is stored: notes that it was seen to be so now. False: the socket has another owner. */
export async function confirmFacts(
  tx: TenantTransaction,
  input: { readonly cluster: ClusterId; readonly fence: number },
): Promise<boolean> {
  const cluster = uuidFromId(input.cluster);
  const [lease] = await rows<{ held: boolean }>(
    tx,
    sql`
    with lease as (
      select 1 as one from hub_leases where cluster_id = ${cluster}::uuid and fence = ${input.fence} for share
    ), seen as (
      update cluster_fact_heads set observed_at = clock_timestamp() from lease where cluster_id = ${cluster}::uuid
    )
    select exists (select from lease) as held`,
  );
  return lease?.held === true;
}

/** What a change removes, and by how much it makes the whole larger. */
async function weigh(
  tx: TenantTransaction,
  cluster: string,
  { upserts, removals, range }: FactsChange,
): Promise<{ removed: string[]; objects: number; bytes: number }> {
  const named = [...upserts.map(({ key }) => key), ...removals];
  const through = range?.through === undefined ? sql`true` : sql`key <= ${range.through}`;
  const which =
    range === undefined
      ? sql`key in (select jsonb_array_elements_text(${json(named)}))`
      : sql`key > ${range.after} and ${through}`;
  const stored = await rows<{ key: string; size: number }>(
    tx,
    sql`select key, octet_length(body) as size from cluster_facts
      where cluster_id = ${cluster}::uuid and body is not null and ${which}`,
  );
  const kept = new Map(upserts.map(({ key, body }) => [key, Buffer.byteLength(body)]));
  const removed = stored.map(({ key }) => key).filter((key) => !kept.has(key));
  const bytes = sum(kept.values()) - sum(stored.map(({ size }) => size));
  return { removed, objects: kept.size - stored.length, bytes };
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
