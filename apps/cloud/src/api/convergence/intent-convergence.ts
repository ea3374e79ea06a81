import {
  type ClusterConvergence,
  type ClusterId,
  type Condition,
  type Convergence,
  type ConvergenceStage,
  type NodeConvergence,
  type OrganizationId,
  proxiedOf,
  stateOfAll,
  stateOfCluster,
  summaryOf,
} from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import {
  type BundlePlace,
  type Cluster,
  clustersById,
  factsAt,
  getIntent,
  type IntentRef,
  listClaims,
  type NodeState,
  placesOf,
  renderedTo,
  type StageTime,
  stageTimes,
  type TenantTransaction,
} from "@fairlead/database";
import { objectKey } from "@fairlead/intent";
import { driftKey } from "@fairlead/tunnel";
import { driftCondition, readDrift } from "../../mesh/drift.ts";
import type { ApiDeps } from "../api-env.ts";
import {
  type ClusterFacts,
  isSilent,
  passed,
  problemWith,
  readFacts,
  summarize,
  timeOf,
  timesByCluster,
} from "./facts.ts";
import { longPoll } from "./long-poll.ts";
import { conditionOf, isoTime, referenceOf } from "./problem-condition.ts";

/** How far an intent's present revision has come; waits for it when asked to. */
export function intentConvergence(
  deps: ApiDeps,
  organization: OrganizationId,
  ref: IntentRef,
  { stage, waitMs }: { readonly stage: ConvergenceStage; readonly waitMs: number },
  signal: AbortSignal,
): Promise<Convergence> {
  return longPoll(deps, organization, waitMs, signal, () =>
    deps.database.withTenant(organization, (tx) => read(tx, ref, stage, deps.clock.now())),
  );
}

async function read(
  tx: TenantTransaction,
  ref: IntentRef,
  stage: ConvergenceStage,
  nowMs: number,
): Promise<Convergence> {
  const intent = await getIntent(tx, ref);
  const [claims, places, cursor] = await Promise.all([
    listClaims(tx, { intents: [intent.id] }),
    placesOf(tx, intent.id),
    renderedTo(tx),
  ]);
  const ids = claims.map((claim) => claim.cluster);
  const rendered = passed(cursor, intent.revision);
  const placed = new Map(places.map((place) => [place.cluster, place]));
  const [clusters, facts, stored, times, drifts] = await Promise.all([
    clustersById(tx, ids),
    readFacts(tx, ids, nowMs),
    stageTimes(tx, { clusters: [], revision: intent.revision }),
    timesByCluster(tx, places),
    driftOf(tx, ids, objectKey(intent)),
  ]);
  const heldBy = new Map(claims.map((claim) => [claim.cluster, claim.heldBy]));
  const key = objectKey(intent);
  const parts = clusters
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((cluster) => {
      const winner = heldBy.get(cluster.id);
      const own = facts.get(cluster.id);
      if (own === undefined) throw new TypeError("facts are read for every cluster");
      if (winner !== undefined) return heldCluster(cluster, own, key, winner);
      const place = rendered ? placed.get(cluster.id) : undefined;
      const drift = drifts.get(cluster.id) ?? null;
      return { ...oneCluster(cluster, own, place, times.get(cluster.id) ?? [], stage), drift };
    });
  const nodes = parts.flatMap((part) => part.nodes).filter((node) => node.state !== "unobservable");
  return {
    intent: intent.id,
    object: referenceOf(key),
    revision: formatRevision(intent.revision),
    stage,
    state: stateOfAll(parts.map((part) => part.state)),
    summary: summaryOf(parts, stage),
    stages: {
      stored: { at: timeOf(stored, "stored") ?? intent.updatedAt.toISOString() },
      sent: summarize(parts.map(({ sent }) => ({ done: sent.state === "sent", at: sent.at }))),
      applied: summarize(parts.map(({ applied }) => ({ done: applied.state === "applied", at: applied.at }))),
      proxied: summarize(nodes.map((node) => ({ done: node.state === "proxied", at: node.at }))),
    },
    clusters: parts,
  };
}

/** What others changed of the object in each of these clusters. */
async function driftOf(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
  key: string,
): Promise<ReadonlyMap<ClusterId, Condition | null>> {
  const told = await factsAt(tx, clusters, driftKey(key));
  return new Map(
    told.map(({ cluster, body }) => {
      const drift = readDrift(driftKey(key), body);
      return [cluster, drift === undefined ? null : driftCondition(drift)];
    }),
  );
}

function oneCluster(
  cluster: Cluster,
  facts: ClusterFacts,
  place: BundlePlace | undefined,
  times: readonly StageTime[],
  stage: ConvergenceStage,
): Omit<ClusterConvergence, "drift"> {
  const { state, connection, silentSince } = facts;
  const silent = isSilent(connection);
  const sentAlready = place !== undefined && passed(state?.sent, place.revision);
  const refusal = place && problemWith(state?.rejections ?? [], place.key, place.revision);
  const applied = appliedState();
  const nodes = facts.nodes.map((node) => oneNode(node, facts, place, times));
  const proxied = { state: proxiedOf(nodes, facts.isObservable) };
  return {
    cluster: cluster.id,
    name: cluster.name,
    state: stateOfCluster({ applied, proxied }, stage),
    connection,
    since: silentSince,
    sent: {
      state: sentAlready ? "sent" : "pending",
      at: sentAlready ? timeOf(times, "sent", cluster.id) : null,
    },
    applied,
    proxied,
    nodes,
  };

  function appliedState(): ClusterConvergence["applied"] {
    if (refusal?.state === "rejected") {
      return { state: "rejected", at: isoTime(refusal.at), condition: conditionOf(refusal) };
    }
    if (refusal === undefined && place !== undefined && passed(state?.applied, place.revision)) {
      return { state: "applied", at: timeOf(times, "applied", cluster.id), condition: null };
    }
    return { state: silent ? "unknown" : "pending", at: null, condition: null };
  }
}

function oneNode(
  { node, proxied, exceptions, reportedAt, cluster }: NodeState,
  { connection, isObservable, silentSince }: ClusterFacts,
  place: BundlePlace | undefined,
  times: readonly StageTime[],
): NodeConvergence {
  const problem = place && problemWith(exceptions, place.key, place.revision);
  const pending = { node, at: null, since: null, condition: null };
  if (!isObservable) return { ...pending, state: "unobservable" };
  if (problem?.state === "rejected") {
    return { ...pending, state: "rejected", at: isoTime(problem.at), condition: conditionOf(problem) };
  }
  if (proxied === undefined) return { ...pending, state: "unknown", since: isoTime(reportedAt) };
  if (problem === undefined && place !== undefined && passed(proxied, place.revision)) {
    return { ...pending, state: "proxied", at: timeOf(times, "proxied", cluster, node) };
  }
  if (isSilent(connection)) return { ...pending, state: "unknown", since: silentSince };
  return { ...pending, state: "pending" };
}

/** The object of this cluster belongs to another intent: that is a refusal, and it says by whom. */
function heldCluster(cluster: Cluster, facts: ClusterFacts, key: string, winner: string): ClusterConvergence {
  const condition = {
    type: "Applied" as const,
    status: "False" as const,
    reason: "HeldByAnotherIntent",
    message: `in this cluster the object belongs to ${winner}`,
    object: referenceOf(key),
    field: null,
  };
  return {
    cluster: cluster.id,
    name: cluster.name,
    state: "rejected",
    connection: facts.connection,
    since: facts.silentSince,
    sent: { state: "pending", at: null },
    applied: { state: "rejected", at: null, condition },
    proxied: { state: facts.isObservable ? "pending" : "unobservable" },
    drift: null,
    nodes: [],
  };
}
