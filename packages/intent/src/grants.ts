import { type LabelSelector, matchesSelector } from "@fairlead/contract";
import type { Intent, TargetCluster } from "./types.ts";

/** What a project may do: place intents into these namespaces of the clusters the selector matches. */
export interface Grant {
  readonly clusterSelector: LabelSelector;
  /** Namespace names; `*` alone means every namespace. */
  readonly namespaces: readonly string[];
}

/** Whether any of a project's grants allows a namespace of a cluster. */
export function isGranted(
  grants: readonly Grant[],
  cluster: Pick<TargetCluster, "labels">,
  namespace: string,
): boolean {
  return grants.some(
    (grant) =>
      (grant.namespaces.includes("*") || grant.namespaces.includes(namespace)) &&
      matchesSelector(grant.clusterSelector, cluster.labels),
  );
}

/** The clusters among those given where the intent's namespace is not granted. A write that places there is refused. */
export function notGranted<C extends TargetCluster>(
  grants: readonly Grant[],
  intent: Pick<Intent, "namespace">,
  placed: readonly C[],
): C[] {
  return placed.filter((cluster) => !isGranted(grants, cluster, intent.namespace));
}
