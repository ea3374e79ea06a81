import type { Topology, TopologyNode } from "@fairlead/contract";
import { INTENT_ANNOTATION, type KubernetesObject } from "@fairlead/kubernetes-types";
import type { ClusterMesh } from "../cluster-mesh.ts";

/** A node before it is known whose it is: objects of a bundle name their intent, not its project. */
export type DrawnNode = Omit<TopologyNode, "project">;

/** A topology being drawn. */
export interface Drawing extends Pick<ClusterMesh, "index" | "objects" | "certificates"> {
  /** Whether the cluster has told of its Services. */
  readonly isObserved: boolean;
  readonly now: number;
  readonly nodes: Map<string, DrawnNode>;
  readonly edges: Map<string, Topology["edges"][number]>;
  /** Service ports that something leads to, by node id. */
  readonly backends: Map<string, DrawnBackend>;
}

/** A Service port that something leads to. */
export interface DrawnBackend {
  readonly namespace: string;
  readonly name: string;
  readonly port: number | string;
  /** Why it cannot be used. */
  problem: string | undefined;
}

/** Something found about a node. */
export interface Finding {
  readonly state: TopologyNode["state"];
  readonly detail: string;
}

const SEVERITY: readonly TopologyNode["state"][] = ["ok", "unknown", "warning", "error"];

/** The worst of what was found, with the words of all that are as bad. */
export function worst(findings: readonly Finding[]): Finding {
  const state = findings.reduce<TopologyNode["state"]>(
    (found, finding) => (SEVERITY.indexOf(finding.state) > SEVERITY.indexOf(found) ? finding.state : found),
    "ok",
  );
  const details = findings.filter((finding) => finding.state === state).map(({ detail }) => detail);
  return { state, detail: [...new Set(details)].filter((detail) => detail !== "").join("; ") };
}

/** Draws an object. */
export function drawObject(
  { nodes }: Drawing,
  object: KubernetesObject,
  node: { readonly id: string; readonly type: TopologyNode["type"] },
  finding: Finding,
): void {
  const { name, namespace = "" } = object.metadata;
  nodes.set(node.id, {
    ...node,
    kind: object.kind,
    namespace,
    name,
    label: name,
    intent: intentOf(object),
    ...finding,
  });
}

/** Draws a way; one that is there already with another weight has no weight of its own. */
export function drawEdge({ edges }: Drawing, from: string, to: string, weight: number | null): void {
  const id = `${from}\n${to}`;
  const before = edges.get(id);
  edges.set(id, { from, to, weight: before === undefined || before.weight === weight ? weight : null });
}

/** The intent an object of the bundle came from; null when it is not ours. */
export function intentOf(object: KubernetesObject): string | null {
  return object.metadata.annotations?.[INTENT_ANNOTATION] ?? null;
}

/** Node id of a listener. */
export function listenerId(gateway: string, listener: string): string {
  return `listener:${gateway}/${listener}`;
}
