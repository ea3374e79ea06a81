import { type ClusterId, idFromUuid, uuidFromId } from "@fairlead/contract";
import { sql } from "drizzle-orm";
import { rows, type TenantTransaction } from "./transaction.ts";
import { uuidArray } from "./values.ts";

/** Why a connector that proved a cluster's key was refused. */
export type CloneReason =
  /** It is in another Kubernetes cluster than the one that joined. */
  | "other_cluster"
  /** Another connector has the same identity, and they put each other out in turn. */
  | "second_connector";

/** A connector that was refused because its cluster has one already. */
export interface ClusterClone {
  readonly cluster: ClusterId;
  readonly reason: CloneReason;
  /** UID of the namespace `kube-system` where it is. */
  readonly kubeSystemUid: string;
  readonly since: Date;
  readonly lastSeenAt: Date;
}

/** A cluster that is the same Kubernetes cluster as another one of the organization. */
export interface SharedCluster {
  readonly cluster: ClusterId;
  readonly other: { readonly id: ClusterId; readonly name: string };
}

/** Notes that a connector was refused. A break of a day begins anew. */
export async function recordClone(
  tx: TenantTransaction,
  { cluster, reason, kubeSystemUid }: Pick<ClusterClone, "cluster" | "reason" | "kubeSystemUid">,
): Promise<void> {
  await rows(
    tx,
    sql`
    insert into cluster_clones as c (organization_id, cluster_id, reason, kube_system_uid, since, last_seen_at)
    select organization_id, id, ${reason}, ${kubeSystemUid}, now(), now() from clusters
    where id = ${uuidFromId(cluster)}::uuid
    on conflict (organization_id, cluster_id, reason) do update set kube_system_uid = excluded.kube_system_uid,
      last_seen_at = excluded.last_seen_at,
      since = case when c.last_seen_at > now() - interval '1 day' and c.kube_system_uid = excluded.kube_system_uid
        then c.since else excluded.since end`,
  );
}

/** Connectors of these clusters that were refused within the last day, in no particular order. */
export async function clonesOf(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<readonly ClusterClone[]> {
  const found = await rows<{
    cluster_id: string;
    reason: CloneReason;
    kube_system_uid: string;
    since: string;
    last_seen_at: string;
  }>(
    tx,
    sql`
    select cluster_id, reason, kube_system_uid, since, last_seen_at from cluster_clones
    where cluster_id = any(${uuidArray(clusters)}) and last_seen_at > now() - interval '1 day'`,
  );
  return found.map((row) => ({
    cluster: idFromUuid("clu", row.cluster_id),
    reason: row.reason,
    kubeSystemUid: row.kube_system_uid,
    since: new Date(row.since),
    lastSeenAt: new Date(row.last_seen_at),
  }));
}

/** Forgets the refusals of a cluster: somebody has looked at them. */
export async function forgetClones(tx: TenantTransaction, cluster: ClusterId): Promise<void> {
  await rows(tx, sql`delete from cluster_clones where cluster_id = ${uuidFromId(cluster)}::uuid`);
  await rows(tx, sql`update hub_leases set ousted = '[]' where cluster_id = ${uuidFromId(cluster)}::uuid`);
}

/** Which of these clusters are the same Kubernetes cluster as another one that is welcome, and which, by name. */
export async function sharedClusters(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<readonly SharedCluster[]> {
  const found = await rows<{ cluster_id: string; id: string; name: string }>(
    tx,
    sql`
    select c.id as cluster_id, o.id, o.name from clusters c
      join clusters o on o.organization_id = c.organization_id and o.kube_system_uid = c.kube_system_uid and o.id <> c.id
    where c.id = any(${uuidArray(clusters)}) and c.revoked_at is null and o.revoked_at is null order by o.name`,
  );
  return found.map((row) => ({
    cluster: idFromUuid("clu", row.cluster_id),
    other: { id: idFromUuid("clu", row.id), name: row.name },
  }));
}
