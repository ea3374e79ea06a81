import {
  type Cluster,
  type ClusterRollUp,
  type ConvergenceState,
  type Grant,
  matchesSelector,
  type RollUp,
  stateOfAll,
} from "@fairlead/contract";
import type { IntentRecord } from "./intent-record.ts";
import { compareRevisionTexts } from "./revision-text.ts";

/** What the states of rows are judged from. Every part is one request for the whole organization. */
export interface StateSources {
  readonly rollUp: RollUp;
  readonly clusters: readonly Cluster[];
  readonly grants: readonly Grant[];
}

/**
 * Gives a function from an intent to its state, without a request per row: from the watermarks and exceptions of the
 * roll-up, in the clusters the intent is placed in. The same rule as the API's own: refused wins, then silence.
 */
export function rowStates(sources: StateSources): (intent: IntentRecord) => ConvergenceState {
  const rollUps = new Map<string, ClusterRollUp>(sources.rollUp.clusters.map((one) => [one.cluster, one]));
  const exceptions = exceptionsByCluster(sources.rollUp);
  const placed = new Map<string, readonly string[]>();
  return (intent) => {
    const key = JSON.stringify([intent.namespace, intent.placement.clusterSelector]);
    const clusters = placed.get(key) ?? placement(intent, sources);
    placed.set(key, clusters);
    return stateOfAll(
      clusters.map((cluster) => {
        const rollUp = rollUps.get(cluster);
        return rollUp === undefined ? "unknown" : stateIn(rollUp, exceptions.get(cluster)?.get(intent.id), intent);
      }),
    );
  };
}

/** The ids of the clusters an intent goes to: those its project is granted for its namespace and its placement selects. */
function placement({ namespace, placement: { clusterSelector } }: IntentRecord, sources: StateSources): string[] {
  const grants = sources.grants.filter(({ namespaces }) => namespaces.includes("*") || namespaces.includes(namespace));
  return sources.clusters
    .filter(({ labels }) => matchesSelector(clusterSelector, labels))
    .filter(({ labels }) => grants.some((grant) => matchesSelector(grant.clusterSelector, labels)))
    .map(({ id }) => id);
}

type Exception = "pending" | "rejected";

function exceptionsByCluster({ clusters }: RollUp): ReadonlyMap<string, ReadonlyMap<string, Exception>> {
  return new Map(
    clusters.map(({ cluster, applied, nodes }) => {
      const states = new Map<string, Exception>();
      for (const { intent, state } of [applied, ...nodes].flatMap((part) => part.exceptions)) {
        if (intent !== null && states.get(intent) !== "rejected") states.set(intent, state);
      }
      return [cluster, states];
    }),
  );
}

function stateIn(
  { applied, proxied, nodes }: ClusterRollUp,
  exception: Exception | undefined,
  { revision }: IntentRecord,
): ConvergenceState {
  if (exception === "rejected") return "rejected";
  const observed = nodes.filter((node) => node.state !== "unobservable");
  if (applied.state === "unknown" || nodes.some((node) => node.state === "unknown")) return "unknown";
  if (exception === "pending") return "progressing";
  const covered = (watermark: string | null) => watermark !== null && compareRevisionTexts(watermark, revision) >= 0;
  if (!covered(applied.revision) || !observed.every((node) => covered(node.revision))) return "progressing";
  return nodes.length === 0 && proxied.state !== "unobservable" ? "unknown" : "converged";
}
