import { type ClusterId, idFromUuid, uuidFromId } from "@fairlead/contract";
import { type SQL, sql } from "drizzle-orm";
import { rows, type TenantTransaction } from "./transaction.ts";
import { uuidArray } from "./values.ts";

/** A trimmed object of a cluster as its connector reports it. */
export interface ClusterFact {
  readonly key: string;
  /** JSON text; undefined: the object is gone. */
  readonly body: string | undefined;
}

/** What is known of a cluster's facts as a whole. */
export interface FactsHead {
  /** Grows with every change. */
  readonly version: number;
  /** The connector's digest of what it has told; empty while it is telling everything anew. */
  readonly digest: string;
  readonly objects: number;
  readonly bytes: number;
  /** Objects of the cluster that did not fit into its quota, by kind. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** When the connector last confirmed that this is so. */
  readonly observedAt: Date;
}

/** All facts of a cluster, sorted by key. The head is undefined when its connector never reported any. */
export async function listFacts(
  tx: TenantTransaction,
  cluster: ClusterId,
): Promise<{ readonly head: FactsHead | undefined; readonly facts: readonly ClusterFact[] }> {
  return readFacts(tx, cluster, sql`f.body is not null`);
}

/** The facts of a cluster whose keys begin with a text, sorted by key. */
export async function factsWithPrefix(
  tx: TenantTransaction,
  cluster: ClusterId,
  prefix: string,
): Promise<{ readonly head: FactsHead | undefined; readonly facts: readonly ClusterFact[] }> {
  return readFacts(tx, cluster, sql`f.body is not null and f.key >= ${prefix} and f.key < ${`${prefix}\uffff`}`);
}

/**
 * The facts that changed after a version, those that are gone included. `facts` is undefined when so much has happened
 * since that only {@link listFacts} can tell.
 */
export async function factsSince(
  tx: TenantTransaction,
  cluster: ClusterId,
  version: number,
): Promise<{ readonly head: FactsHead | undefined; readonly facts: readonly ClusterFact[] | undefined }> {
  const { head, facts, prunedThrough } = await readFacts(tx, cluster, sql`f.version > ${version}::bigint`);
  return { head, facts: prunedThrough > version ? undefined : facts };
}

/** The head alone; undefined when the cluster's connector never reported facts. */
export async function factsHead(tx: TenantTransaction, cluster: ClusterId): Promise<FactsHead | undefined> {
  const [row] = await rows<HeadRow>(
    tx,
    sql`select * from cluster_fact_heads where cluster_id = ${uuidFromId(cluster)}::uuid`,
  );
  return row && toHead(row);
}

/** The heads of those of these clusters whose connectors have reported facts, by cluster. */
export async function factsHeads(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<ReadonlyMap<ClusterId, FactsHead>> {
  const found = await rows<HeadRow & { cluster_id: string }>(
    tx,
    sql`select * from cluster_fact_heads where cluster_id = any(${uuidArray(clusters)})`,
  );
  return new Map(found.map((row) => [idFromUuid("clu", row.cluster_id), toHead(row)]));
}

/** The fact of one key in each of these clusters, where it is told. */
export async function factsAt(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
  key: string,
): Promise<readonly { readonly cluster: ClusterId; readonly body: string }[]> {
  const found = await rows<{ cluster_id: string; body: string }>(
    tx,
    sql`select cluster_id, body from cluster_facts
      where cluster_id = any(${uuidArray(clusters)}) and key = ${key} and body is not null`,
  );
  return found.map(({ cluster_id, body }) => ({ cluster: idFromUuid("clu", cluster_id), body }));
}

interface HeadRow {
  version: number;
  digest: string;
  objects: number;
  bytes: number;
  left_out: Record<string, number>;
  pruned_through: number;
  observed_at: string;
}

/** One statement gives head and facts, so that nothing can change in between. */
async function readFacts(
  tx: TenantTransaction,
  cluster: ClusterId,
  which: SQL,
): Promise<{ head: FactsHead | undefined; facts: ClusterFact[]; prunedThrough: number }> {
  const found = await rows<HeadRow & { key: string | null; body: string | null }>(
    tx,
    sql`
    select h.*, f.key, f.body from cluster_fact_heads h
      left join lateral (select f.key, f.body from cluster_facts f where f.cluster_id = h.cluster_id and ${which}) f on true
    where h.cluster_id = ${uuidFromId(cluster)}::uuid order by f.key`,
  );
  const [first] = found;
  return {
    head: first && toHead(first),
    facts: found.flatMap(({ key, body }) => (key === null ? [] : [{ key, body: body ?? undefined }])),
    prunedThrough: first?.pruned_through ?? 0,
  };
}

function toHead(row: HeadRow): FactsHead {
  return {
    version: row.version,
    digest: row.digest,
    objects: row.objects,
    bytes: row.bytes,
    leftOut: row.left_out,
    observedAt: new Date(row.observed_at),
  };
}
