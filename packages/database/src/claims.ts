import { type ClusterId, idFromUuid, uuidFromId } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { type SQL, sql } from "drizzle-orm";
import { HANDLE, rows, type TenantTransaction, type WriteTransaction } from "./transaction.ts";
import { type IntentId, intentId, uuidArray } from "./values.ts";

/** An intent's place in a cluster: live (it owns the object), or held behind the intent named. */
export interface Claim {
  readonly cluster: ClusterId;
  readonly intent: IntentId;
  readonly heldBy: IntentId | undefined;
}

/** Whether two rows are about the same object of the same cluster. */
const SAME_OBJECT = sql`(live.cluster_id, live.kind, live.namespace, live.name) = (mine.cluster_id, mine.kind, mine.namespace, mine.name)`;

/**
 * Gives an intent exactly these clusters. Throws `claim_conflict` when another intent owns its object of one of them;
 * a claim that was held before stays held.
 */
export async function claimForIntent(
  tx: WriteTransaction,
  intent: IntentId,
  clusters: readonly ClusterId[],
): Promise<void> {
  const id = uuidFromId(intent);
  const wanted = uuidArray(clusters);
  const organization = tx[HANDLE].organization;
  const [, , refused] = await Promise.all([
    rows(tx, sql`delete from claims where intent_id = ${id}::uuid and cluster_id <> all(${wanted})`),
    rows(
      tx,
      sql`
      insert into claims (organization_id, cluster_id, intent_id, kind, namespace, name, since_epoch, since_n)
      select ${organization}::uuid, cluster, id, kind, namespace, name, epoch, n
      from intents, unnest(${wanted}) as cluster where id = ${id}::uuid
      on conflict do nothing`,
    ),
    rows<{ cluster_id: string; intent_id: string; kind: string }>(
      tx,
      sql`
      select live.cluster_id, live.intent_id, live.kind
      from (select id, kind, namespace, name from intents where id = ${id}::uuid limit 1) i,
        unnest(${wanted}) as wanted (cluster), lateral (
          select c.cluster_id, c.intent_id, c.kind from claims c
          where c.cluster_id = wanted.cluster and c.kind = i.kind and c.namespace = i.namespace and c.name = i.name
            and not c.held limit 1
        ) live
      where live.intent_id <> i.id
        and not exists (select from claims held where held.cluster_id = live.cluster_id and held.intent_id = i.id)`,
    ),
    promoteHeld(tx),
  ]);
  if (refused.length === 0) return;
  throw new MeshError("claim_conflict", {
    public:
      "Another intent owns this object in some of the clusters it would be placed in. Rename it, or place it elsewhere.",
    fields: refused.map((row) => ({
      field: "placement",
      value: JSON.stringify(idFromUuid("clu", row.cluster_id)),
      message: `in this cluster the object belongs to ${intentId(row.kind, row.intent_id)}`,
    })),
  });
}

/**
 * After a cluster was made, relabelled or a project's grants changed: gives the cluster exactly these intents' claims.
 * An intent whose object is taken is held; an object that became free goes to whoever waited longest, then to the
 * intent named first.
 */
export async function placeOnCluster(
  tx: WriteTransaction,
  cluster: ClusterId,
  intents: readonly IntentId[],
): Promise<readonly Claim[]> {
  const id = uuidFromId(cluster);
  const wanted = uuidArray(intents);
  const insert = (held: boolean) =>
    rows(
      tx,
      sql`
    insert into claims (organization_id, cluster_id, intent_id, kind, namespace, name, held, since_epoch, since_n)
    select i.organization_id, ${id}::uuid, i.id, i.kind, i.namespace, i.name, ${held}::boolean, c.epoch, c.n
    from unnest(${wanted}) with ordinality as wanted (intent, position) join intents i on i.id = wanted.intent,
      revision_counters c
    where not exists (select from claims mine where mine.cluster_id = ${id}::uuid and mine.intent_id = i.id)
    order by wanted.position
    on conflict do nothing`,
    );
  const [, , , , placed] = await Promise.all([
    rows(tx, sql`delete from claims where cluster_id = ${id}::uuid and intent_id <> all(${wanted})`),
    promoteHeld(tx),
    insert(false),
    insert(true),
    listClaims(tx, { clusters: [cluster] }),
  ]);
  return placed;
}

/** The claims of these intents, or in these clusters; with both, those that fit both. */
export async function listClaims(
  tx: TenantTransaction,
  by: { readonly intents?: readonly IntentId[]; readonly clusters?: readonly ClusterId[] },
): Promise<readonly Claim[]> {
  const conditions: SQL[] = [];
  if (by.intents !== undefined) conditions.push(sql`mine.intent_id = any(${uuidArray(by.intents)})`);
  if (by.clusters !== undefined) conditions.push(sql`mine.cluster_id = any(${uuidArray(by.clusters)})`);
  const where = conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
  const found = await rows<{ cluster_id: string; intent_id: string; kind: string; winner: string | null }>(
    tx,
    sql`
    select mine.cluster_id, mine.intent_id, mine.kind, live.intent_id as winner
    from claims mine left join claims live on mine.held and not live.held and ${SAME_OBJECT}
    where ${where} order by mine.cluster_id, mine.intent_id`,
  );
  return found.map((row) => ({
    cluster: idFromUuid("clu", row.cluster_id),
    intent: intentId(row.kind, row.intent_id),
    heldBy: row.winner === null ? undefined : intentId(row.kind, row.winner),
  }));
}

/** Makes a held claim live wherever its object became free: the one that waited longest. */
export async function promoteHeld(tx: WriteTransaction): Promise<void> {
  await rows(
    tx,
    sql`
    update claims set held = false from (
      select distinct on (mine.cluster_id, mine.kind, mine.namespace, mine.name) mine.cluster_id, mine.intent_id
      from claims mine
      where mine.held and not exists (select from claims live where not live.held and ${SAME_OBJECT})
      order by mine.cluster_id, mine.kind, mine.namespace, mine.name, mine.since_epoch, mine.since_n, mine.intent_id
    ) next where claims.cluster_id = next.cluster_id and claims.intent_id = next.intent_id`,
  );
}
