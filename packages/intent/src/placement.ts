import { matchesSelector } from "@fairlead/contract";
import type { Intent, TargetCluster } from "./types.ts";

/** The clusters an intent is placed on, in the order given. */
export function placedOn<C extends TargetCluster>(intent: Pick<Intent, "placement">, clusters: readonly C[]): C[] {
  return clusters.filter((cluster) => matchesSelector(intent.placement.clusterSelector, cluster.labels));
}
