import type { ConvergenceStage, ConvergenceState } from "./routes/convergence/schema.ts";

/** How a stage of a node, or of all nodes of a cluster, is. */
type ProxiedState = "proxied" | "pending" | "rejected" | "unknown" | "unobservable";

/** The parts of one cluster that decide its state. */
export interface ClusterParts {
  readonly applied: { readonly state: "applied" | "pending" | "rejected" | "unknown" };
  readonly proxied: { readonly state: ProxiedState };
}

/**
 * The stage `proxied` of a cluster, from its nodes. A cluster where nobody is known who could serve it is `unknown`:
 * silence never counts as success. Where it can be told that nothing can be seen, that is `unobservable`.
 */
export function proxiedOf(nodes: readonly { readonly state: ProxiedState }[], isObservable: boolean): ProxiedState {
  if (!isObservable) return "unobservable";
  const states = nodes.map((node) => node.state);
  return (["rejected", "unknown", "pending", "proxied"] as const).find((state) => states.includes(state)) ?? "unknown";
}

/** The state of one cluster as seen from a stage. What cannot be observed is taken at the API server's word. */
export function stateOfCluster({ applied, proxied }: ClusterParts, stage: ConvergenceStage): ConvergenceState {
  const states = stage === "applied" ? [applied.state] : [applied.state, proxied.state];
  if (states.includes("rejected")) return "rejected";
  if (states.includes("unknown")) return "unknown";
  return states.includes("pending") ? "progressing" : "converged";
}

/** The state of several clusters together; none at all is `unplaced`. */
export function stateOfAll(states: readonly ConvergenceState[]): ConvergenceState {
  if (states.length === 0) return "unplaced";
  for (const state of ["rejected", "unknown", "progressing"] as const) if (states.includes(state)) return state;
  return "converged";
}

/** What a summary speaks of. */
interface SummarizedCluster {
  readonly name: string;
  readonly state: ConvergenceState;
  readonly since: string | null;
  readonly proxied: { readonly state: ProxiedState };
}

/** Clusters a summary names. */
const NAMED = 3;

/**
 * A line for people: `2 converged, 1 unknown since 2026-11-23T09:00:00.000Z`. `since` is the earliest silence of an
 * unknown cluster. Seen from `proxied`, it names the clusters where `applied` is all that is waited for.
 */
export function summaryOf(clusters: readonly SummarizedCluster[], stage: ConvergenceStage): string {
  if (clusters.length === 0) return "no cluster is selected";
  const parts: string[] = [];
  for (const state of ["converged", "progressing", "rejected", "unknown"] as const) {
    const those = clusters.filter((cluster) => cluster.state === state);
    if (those.length === 0) continue;
    const since = those.flatMap((cluster) => cluster.since ?? []).sort()[0];
    parts.push(`${those.length} ${state}${state === "unknown" && since !== undefined ? ` since ${since}` : ""}`);
  }
  const counts = parts.join(", ");
  const unseen = clusters.filter(({ proxied }) => proxied.state === "unobservable").map(({ name }) => name);
  if (stage !== "proxied" || unseen.length === 0) return counts;
  return `${counts}; waited for applied only in ${named(unseen.sort())}, where proxied cannot be observed`;
}

function named(names: readonly string[]): string {
  if (names.length <= NAMED) return names.join(", ");
  return `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;
}
