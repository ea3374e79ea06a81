import type { ConvergenceStage, ConvergenceState } from "./routes/convergence/schema.ts";

/** The parts of one cluster that decide its state. */
export interface ClusterParts {
  readonly applied: { readonly state: "applied" | "pending" | "rejected" | "unknown" };
  readonly nodes: readonly { readonly state: "proxied" | "pending" | "rejected" | "unknown" | "unobservable" }[];
}

/**
 * The state of one cluster as seen from a stage. A cluster where nobody is known who could serve it is `unknown`:
 * silence never counts as success. A node that cannot be observed is taken at the API server's word.
 */
export function stateOfCluster({ applied, nodes }: ClusterParts, stage: ConvergenceStage): ConvergenceState {
  const seen = stage === "applied" ? [] : nodes.map((node) => node.state);
  if (applied.state === "rejected" || seen.includes("rejected")) return "rejected";
  if (applied.state === "unknown" || seen.includes("unknown")) return "unknown";
  if (applied.state === "pending" || seen.includes("pending")) return "progressing";
  return stage === "proxied" && seen.length === 0 ? "unknown" : "converged";
}

/** The state of several clusters together; none at all is `unplaced`. */
export function stateOfAll(states: readonly ConvergenceState[]): ConvergenceState {
  if (states.length === 0) return "unplaced";
  for (const state of ["rejected", "unknown", "progressing"] as const) if (states.includes(state)) return state;
  return "converged";
}

/** A line for people: `2 converged, 1 unknown since 2026-11-23T09:00:00.000Z`. `since` is the earliest silence of an unknown cluster. */
export function summaryOf(
  clusters: readonly { readonly state: ConvergenceState; readonly since: string | null }[],
): string {
  if (clusters.length === 0) return "no cluster is selected";
  const parts: string[] = [];
  for (const state of ["converged", "progressing", "rejected", "unknown"] as const) {
    const those = clusters.filter((cluster) => cluster.state === state);
    if (those.length === 0) continue;
    const since = those.flatMap((cluster) => cluster.since ?? []).sort()[0];
    parts.push(`${those.length} ${state}${state === "unknown" && since !== undefined ? ` since ${since}` : ""}`);
  }
  return parts.join(", ");
}
