import type { Cluster } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import {
  clonesOf,
  clusterStates,
  type FactsHead,
  factsHeads,
  nodeStates,
  type Cluster as Stored,
  sharedClusters,
  type TenantTransaction,
} from "@fairlead/database";
import { clusterConditions } from "./cluster-conditions.ts";
import { presentConnection } from "./connection.ts";

/** Clusters as the API shows them, with what is known of their connectors and nodes. */
export async function presentClusters(
  tx: TenantTransaction,
  clusters: readonly Stored[],
  nowMs: number,
): Promise<Cluster[]> {
  const ids = clusters.map((cluster) => cluster.id);
  const states = new Map((await clusterStates(tx, ids)).map((state) => [state.cluster, state]));
  const heads = await factsHeads(tx, ids);
  const nodes = Map.groupBy(await nodeStates(tx, ids), (node) => node.cluster);
  const clones = Map.groupBy(await clonesOf(tx, ids), (clone) => clone.cluster);
  const shared = Map.groupBy(await sharedClusters(tx, ids), (one) => one.cluster);
  return clusters.map((cluster) => ({
    id: cluster.id,
    name: cluster.name,
    labels: { ...cluster.labels },
    revision: formatRevision(cluster.revision),
    connection: presentConnection(states.get(cluster.id), nowMs),
    facts: presentFacts(heads.get(cluster.id)),
    nodes: (nodes.get(cluster.id) ?? [])
      .map(({ node, proxied, reportedAt }) => ({
        name: node,
        state: proxied === undefined ? ("unknown" as const) : ("reporting" as const),
        lastReportAt: reportedAt?.toISOString() ?? null,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    dataPlane: states.get(cluster.id)?.dataPlane ?? null,
    kubeSystemUid: cluster.kubeSystemUid ?? null,
    conditions: clusterConditions(cluster, clones.get(cluster.id) ?? [], shared.get(cluster.id) ?? []),
    revokedAt: cluster.revokedAt?.toISOString() ?? null,
    createdAt: cluster.createdAt.toISOString(),
    updatedAt: cluster.updatedAt.toISOString(),
  }));
}

/** One cluster as the API shows it. */
export async function presentCluster(tx: TenantTransaction, cluster: Stored, nowMs: number): Promise<Cluster> {
  const [presented] = await presentClusters(tx, [cluster], nowMs);
  if (presented === undefined) throw new TypeError("one cluster gives one presentation");
  return presented;
}

function presentFacts(head: FactsHead | undefined): Cluster["facts"] {
  return head === undefined ? null : { observedAt: head.observedAt.toISOString(), leftOut: { ...head.leftOut } };
}
