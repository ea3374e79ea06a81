import { adjacencyOf, pathsThrough } from "./adjacency.ts";
import {
  columnOf,
  type NodeState,
  type NodeType,
  severityOf,
  type Topology,
  type TopologyEdge,
  type TopologyNode,
  worstOf,
} from "./topology.ts";

/** What of a topology is wanted. */
export interface TopologyQuery {
  /** Words that a node's kind, namespace, name or label must all contain. */
  readonly text: string;
  /** Only what is not `ok`, and what it hangs on. */
  readonly problemsOnly: boolean;
  /** A node whose neighbourhood is wanted: what leads to it and what it leads to. */
  readonly focus: string | undefined;
  /** The most nodes that one column shows. */
  readonly limit: number;
}

/** A node as it is shown: one of the topology, or one that stands for several. */
export interface ViewNode extends TopologyNode {
  /** How many nodes it stands for; 1 for one of the topology. */
  readonly count: number;
  /** What it is: itself, the endpoints of a service, or what did not fit its column. */
  readonly shows: "node" | "endpoints" | "more";
}

/** What is shown of a topology. */
export interface TopologyView {
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly TopologyEdge[];
  /** Nodes of the topology that match what was asked for; of how many. */
  readonly matching: number;
  readonly total: number;
}

/** Endpoints are drawn one by one when a service with at most so many is in focus. */
const SINGLE_ENDPOINTS = 40;

/**
 * The part of a topology that was asked for, in a size that can be looked at: a service's endpoints become one node, and
 * what does not fit a column one node for each that leads there. What has a problem comes before what has none.
 */
export function viewTopology(topology: Topology, query: TopologyQuery): TopologyView {
  const adjacency = adjacencyOf(topology.edges);
  const byId = new Map(topology.nodes.map((node) => [node.id, node]));
  const matches = topology.nodes.filter(matcher(query));
  const { focus } = query;
  const wanted = pathsThrough(
    matches.map(({ id }) => id),
    adjacency,
  );
  const near = focus === undefined || !byId.has(focus) ? undefined : pathsThrough([focus], adjacency);
  const visible = topology.nodes.filter(({ id }) => wanted.has(id) && (near?.has(id) ?? true));
  const collapsed = collapseEndpoints(visible, topology.edges, focus);
  const { nodes, edges } = cap(collapsed.nodes, collapsed.edges, query.limit);
  const matching = near === undefined ? matches.length : matches.filter(({ id }) => near.has(id)).length;
  return { nodes, edges, matching, total: topology.nodes.length };
}

function matcher({ text, problemsOnly }: TopologyQuery): (node: TopologyNode) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ kind, namespace, name, label, state }) => {
    if (problemsOnly && state === "ok") return false;
    if (words.length === 0) return true;
    const whole = `${kind} ${namespace}/${name} ${label}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  };
}

interface Graph {
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly TopologyEdge[];
}

function collapseEndpoints(
  visible: readonly TopologyNode[],
  edges: readonly TopologyEdge[],
  focus: string | undefined,
): Graph {
  const shown = new Map(visible.map((node) => [node.id, node]));
  const endpointsOf = new Map<string, TopologyNode[]>();
  const kept: TopologyEdge[] = [];
  for (const edge of edges) {
    const [from, to] = [shown.get(edge.from), shown.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    if (to.type !== "endpoint") {
      kept.push(edge);
      continue;
    }
    const list = endpointsOf.get(from.id) ?? [];
    list.push(to);
    endpointsOf.set(from.id, list);
  }
  const nodes: ViewNode[] = visible.flatMap((node) => (node.type === "endpoint" ? [] : [itself(node)]));
  const single = new Map<string, ViewNode>();
  for (const [service, endpoints] of endpointsOf) {
    const focused = service === focus || endpoints.some(({ id }) => id === focus);
    if (endpoints.length === 1 || (focused && endpoints.length <= SINGLE_ENDPOINTS)) {
      for (const endpoint of endpoints) {
        single.set(endpoint.id, itself(endpoint));
        kept.push({ from: service, to: endpoint.id, weight: null });
      }
      continue;
    }
    const all = together(`endpoints ${service}`, "endpoint", "endpoints", endpoints);
    nodes.push({ ...all, label: `${endpoints.length} endpoints`, detail: endpointsDetail(endpoints) });
    kept.push({ from: service, to: all.id, weight: null });
  }
  return { nodes: [...nodes, ...single.values()], edges: kept };
}

function cap(nodes: readonly ViewNode[], edges: readonly TopologyEdge[], limit: number): Graph {
  const { before } = adjacencyOf(edges);
  const columns = new Map<number, ViewNode[]>();
  for (const node of nodes) {
    const column = columns.get(columnOf(node.type)) ?? [];
    column.push(node);
    columns.set(columnOf(node.type), column);
  }
  const shown = new Set<string>();
  const result: ViewNode[] = [];
  const added: TopologyEdge[] = [];
  for (const [, column] of [...columns].toSorted(([a], [b]) => a - b)) {
    const led = (id: string) => (before.get(id) ?? []).find((one) => shown.has(one));
    // What only hidden nodes lead to is part of what they stand for.
    const candidates = column.filter(({ id }) => !before.has(id) || led(id) !== undefined).toSorted(mostPressingFirst);
    for (const node of candidates.slice(0, limit)) {
      shown.add(node.id);
      result.push(node);
    }
    const rest = Map.groupBy(candidates.slice(limit), ({ id, type }) => `${type} ${led(id) ?? ""}`);
    for (const [key, hidden] of rest) {
      const [type = "route"] = hidden.map((node) => node.type);
      const parent = key.slice(type.length + 1);
      const more = together(`more ${key}`, type, "more", hidden);
      result.push({
        ...more,
        label: `${hidden.length} more ${plural(type)}`,
        detail: "not drawn: filter, focus or show more",
      });
      if (parent !== "") added.push({ from: parent, to: more.id, weight: null });
    }
  }
  return { nodes: result, edges: [...edges.filter(({ from, to }) => shown.has(from) && shown.has(to)), ...added] };
}

function mostPressingFirst(a: ViewNode, b: ViewNode): number {
  return severityOf(b.state) - severityOf(a.state) || compare(a.label, b.label) || compare(a.id, b.id);
}

function itself(node: TopologyNode): ViewNode {
  return { ...node, count: 1, shows: "node" };
}

function together(id: string, type: NodeType, shows: ViewNode["shows"], nodes: readonly TopologyNode[]): ViewNode {
  const [first] = nodes;
  const state: NodeState = worstOf(nodes.map((node) => node.state));
  const of = { kind: first?.kind ?? "", namespace: first?.namespace ?? "", name: "", label: "", detail: "" };
  return { ...of, id, type, shows, state, intent: null, project: null, count: nodes.length };
}

function endpointsDetail(endpoints: readonly TopologyNode[]): string {
  const ready = endpoints.filter(({ state }) => state === "ok").length;
  return ready === endpoints.length ? "all ready" : `${ready} of ${endpoints.length} ready`;
}

/** Several of a type. */
function plural(type: NodeType): string {
  return type === "ingress" ? "ingresses" : `${type}s`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
