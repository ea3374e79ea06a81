import type { ClusterId, ConnectionState } from "@fairlead/contract";
import { compareRevisions, formatRevision, type Revision } from "@fairlead/core";
import {
  type ClusterState,
  clusterStates,
  type NodeState,
  nodeStates,
  type ObjectProblem,
  type StageTime,
  stageTimes,
  type TenantTransaction,
} from "@fairlead/database";
import { connectionState } from "../clusters/connection.ts";
import { revisionOf } from "./problem-condition.ts";

/** What a cluster has reported. */
export interface ClusterFacts {
  readonly state: ClusterState | undefined;
  readonly nodes: readonly NodeState[];
  /** Whether the proxies of its data plane can be known at all. */
  readonly isObservable: boolean;
  readonly connection: ConnectionState;
  /** Since when its connector is silent, as ISO 8601; null while it is heard or when it never was. */
  readonly silentSince: string | null;
}

/** Reads what clusters have reported. */
export async function readFacts(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
  nowMs: number,
): Promise<ReadonlyMap<ClusterId, ClusterFacts>> {
  const [states, nodes] = await Promise.all([clusterStates(tx, clusters), nodeStates(tx, clusters)]);
  const stateOf = new Map(states.map((state) => [state.cluster, state]));
  const nodesOf = Map.groupBy(nodes, (node) => node.cluster);
  return new Map(
    clusters.map((cluster) => {
      const state = stateOf.get(cluster);
      const connection = connectionState(state, nowMs);
      const silentSince = connection === "stale" ? (state?.seenAt?.toISOString() ?? null) : null;
      const isObservable = state?.dataPlane?.kind !== "cilium";
      return [cluster, { state, nodes: nodesOf.get(cluster) ?? [], isObservable, connection, silentSince }];
    }),
  );
}

/** Whether a watermark has passed a revision. */
export function passed(watermark: Revision | undefined, revision: Revision): boolean {
  return watermark !== undefined && compareRevisions(watermark, revision) >= 0;
}

/** Whether nothing new can be heard of a cluster for now. */
export function isSilent(connection: ConnectionState): boolean {
  return connection === "stale" || connection === "unknown";
}

/** The report about an object at this revision or a later one; what it said of earlier ones is over. */
export function problemWith(
  problems: readonly ObjectProblem[],
  key: string,
  revision: Revision,
): ObjectProblem | undefined {
  return problems.find((problem) => problem.key === key && compareRevisions(revisionOf(problem), revision) >= 0);
}

/** When a stage was reached by a cluster or one of its nodes. */
export function timeOf(
  times: readonly StageTime[],
  stage: StageTime["stage"],
  cluster?: ClusterId,
  node?: string,
): string | null {
  const found = times.find((time) => time.stage === stage && time.cluster === cluster && time.node === node);
  return found?.at.toISOString() ?? null;
}

/** One stage over all clusters or nodes. */
export function summarize(parts: readonly { readonly done: boolean; readonly at: string | null }[]): {
  done: number;
  total: number;
  at: string | null;
} {
  const done = parts.filter((part) => part.done).length;
  const times = parts.flatMap((part) => part.at ?? []).sort();
  return { done, total: parts.length, at: done === parts.length ? (times.at(-1) ?? null) : null };
}

/** When clusters and their nodes reached revisions that may differ: one question for each revision, not each cluster. */
export async function timesByCluster(
  tx: TenantTransaction,
  targets: readonly { readonly cluster: ClusterId; readonly revision: Revision }[],
): Promise<ReadonlyMap<ClusterId, readonly StageTime[]>> {
  const times = new Map<ClusterId, readonly StageTime[]>();
  const byRevision = Map.groupBy(targets, (target) => formatRevision(target.revision));
  for (const group of byRevision.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const clusters = group.map((target) => target.cluster);
    const found = await stageTimes(tx, { clusters, revision: first.revision });
    for (const cluster of clusters) times.set(cluster, found);
  }
  return times;
}
