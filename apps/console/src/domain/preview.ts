import type { ProjectPlan } from "@fairlead/contract";
import { stringify } from "yaml";

/** What a change would do in one cluster. */
export interface PreviewedCluster {
  readonly cluster: string;
  readonly name: string;
  readonly change: "create" | "update" | "delete" | "none";
  /** The rendered object as YAML; empty when there is none. */
  readonly before: string;
  readonly after: string;
}

/** Something found out about a change before it is made. */
export interface Finding {
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  /** The cluster it is about; undefined for all. */
  readonly clusterName: string | undefined;
  readonly field: string | undefined;
  /** The object it is about, such as `HTTPRoute shop/web`; undefined for a whole cluster. */
  readonly subject: string | undefined;
}

/** A change before it is made: what becomes of every cluster, and what is worth knowing. */
export interface Preview {
  readonly clusters: readonly PreviewedCluster[];
  readonly findings: readonly Finding[];
}

/** The preview that a plan gives: of one change, so of at most one object in every cluster. */
export function previewOfPlan({ clusters, findings }: ProjectPlan): Preview {
  return {
    clusters: clusters.flatMap(({ cluster, name, objects }) =>
      objects.map(({ change, before, after }) => {
        return { cluster, name, change, before: yamlOf(before), after: yamlOf(after) };
      }),
    ),
    findings: findings.map(({ severity, message, clusterName, field, subject }) => {
      const who = subject === null ? undefined : `${subject.kind} ${subject.namespace}/${subject.name}`;
      return { severity, message, clusterName: clusterName ?? undefined, field: field ?? undefined, subject: who };
    }),
  };
}

/** How many findings forbid the change. */
export function blockersOf({ findings }: Preview): number {
  return findings.filter(({ severity }) => severity === "error").length;
}

/** A line for people: `updates it in 2 clusters, leaves 1 as it is`. */
export function summarizePreview({ clusters }: Preview): string {
  if (clusters.length === 0) return "It lands in no cluster: no granted cluster matches its placement.";
  const parts = (["create", "update", "delete", "none"] as const).flatMap((change) => {
    const count = clusters.filter((one) => one.change === change).length;
    return count === 0 ? [] : [`${VERBS[change]} ${count} ${count === 1 ? "cluster" : "clusters"}`];
  });
  const text = parts.join(", ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const VERBS = {
  create: "creates it in",
  update: "updates it in",
  delete: "takes it out of",
  none: "changes nothing in",
} as const;

function yamlOf(object: Readonly<Record<string, unknown>> | null): string {
  return object === null ? "" : stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
}
