import { formatLabelSelector } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { type Grant, type Intent, notGranted, placedOn, type TargetCluster } from "@fairlead/intent";

/** Where an intent goes. */
export interface PlacementDecision<C> {
  /** Selected and granted. */
  readonly placed: readonly C[];
  /** Selected, but the project is not granted the namespace there. */
  readonly excluded: readonly C[];
}

/** The clusters an intent goes to: those its placement selects, among those its project's grants allow. */
export function decidePlacement<C extends TargetCluster>(
  grants: readonly Grant[],
  intent: Pick<Intent, "namespace" | "placement">,
  clusters: readonly C[],
): PlacementDecision<C> {
  const selected = placedOn(intent, clusters);
  const excluded = notGranted(grants, intent, selected);
  return { placed: selected.filter((cluster) => !excluded.includes(cluster)), excluded };
}

/**
 * Refuses a write that can land nowhere for lack of a grant: no grant has the namespace, or the placement selects
 * clusters and none of them is granted. A placement that selects no cluster yet is fine.
 */
export function requireGrant(
  grants: readonly Grant[],
  intent: Pick<Intent, "namespace" | "placement">,
  { placed, excluded }: PlacementDecision<{ readonly name: string }>,
): void {
  const { namespace } = intent;
  const named = grants.some((grant) => grant.namespaces.includes("*") || grant.namespaces.includes(namespace));
  if (!named) {
    const granted = [...new Set(grants.flatMap((grant) => grant.namespaces))].sort();
    const have = granted.length === 0 ? "it has no grant at all" : `it is granted ${granted.join(", ")}`;
    throw new MeshError("not_granted", {
      public: `The project is not granted the namespace ${namespace}; ${have}. Add a grant to the project.`,
      fields: [{ field: "namespace", value: JSON.stringify(namespace), message: "must be one the project is granted" }],
    });
  }
  if (placed.length > 0 || excluded.length === 0) return;
  const names = excluded.map((cluster) => cluster.name).sort();
  throw new MeshError("not_granted", {
    public: `The project is not granted the namespace ${namespace} in any selected cluster (${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}).`,
    fields: [
      {
        field: "placement.clusterSelector",
        value: JSON.stringify(formatLabelSelector(intent.placement.clusterSelector)),
        message: "must select clusters where the project is granted the namespace",
      },
    ],
  });
}
