/** What a node of the topology is. The order is that of the columns, from where requests come in to where they end. */
export const NODE_TYPES = ["gateway", "ingress", "listener", "route", "service", "endpoint"] as const;

/** One of {@link NODE_TYPES}. */
export type NodeType = (typeof NODE_TYPES)[number];

/** How a node is. */
export type NodeState = "ok" | "warning" | "error" | "unknown";

/** A thing requests pass through, as the API gives it. */
export interface TopologyNode {
  readonly id: string;
  readonly type: NodeType;
  /** As Kubernetes calls it. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly label: string;
  /** The intent it was rendered from; null for what is the cluster's own. */
  readonly intent: string | null;
  /** The project of that intent. */
  readonly project: string | null;
  readonly state: NodeState;
  readonly detail: string;
}

/** Where requests go on from a node, and which share of them. */
export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly weight: number | null;
}

/** Everything requests can pass through in a cluster. */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

/** Which column a type stands in: Gateways and Ingresses share the first. */
export function columnOf(type: NodeType): number {
  return Math.max(0, NODE_TYPES.indexOf(type) - 1);
}

/** How bad a state is; the worst has the most. */
export function severityOf(state: NodeState): number {
  return { ok: 0, unknown: 1, warning: 2, error: 3 }[state];
}

/** The worst of several states; `ok` when there are none. */
export function worstOf(states: Iterable<NodeState>): NodeState {
  let worst: NodeState = "ok";
  for (const state of states) if (severityOf(state) > severityOf(worst)) worst = state;
  return worst;
}
