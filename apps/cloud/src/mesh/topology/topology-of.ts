import type { Topology, TopologyNode } from "@fairlead/contract";
import {
  type Gateway,
  type Ingress,
  type KubernetesObject,
  type ObjectKey,
  objectKey,
} from "@fairlead/kubernetes-types";
import type { ClusterMesh } from "../cluster-mesh.ts";
import { backendNodes } from "./backend-nodes.ts";
import type { Drawing, DrawnNode } from "./drawing.ts";
import { gatewayNodes } from "./gateway-nodes.ts";
import { ingressNode } from "./ingress-node.ts";
import { isRoute, routeNode } from "./route-node.ts";

/** What a topology is drawn from; plain data and a settled index. */
export type TopologyInput = Pick<ClusterMesh, "index" | "objects" | "certificates"> & {
  /** Whether the cluster has told of its Services. */
  readonly isObserved: boolean;
  /** Milliseconds since the Unix epoch: certificates expire. */
  readonly now: number;
  /** Nodes drawn at most. Default 5,000. */
  readonly maxNodes?: number;
};

/** A topology whose nodes do not name their projects yet. */
export type DrawnTopology = Pick<Topology, "edges" | "truncated"> & { readonly nodes: readonly DrawnNode[] };

/** Along the way of a request; what comes first is drawn first when not everything fits. */
const TYPES: readonly TopologyNode["type"][] = ["gateway", "ingress", "listener", "route", "service", "endpoint"];

/**
 * What requests pass in a cluster and where they cannot. Pure. Foreign objects are drawn where they hang on something of
 * ours; of ours those too that hang on nothing.
 */
export function topologyOf(input: TopologyInput): DrawnTopology {
  const { objects, maxNodes = 5_000 } = input;
  const drawing: Drawing = { ...input, nodes: new Map(), edges: new Map(), backends: new Map() };
  for (const object of objects.values()) if (isGateway(object)) gatewayNodes(drawing, object);
  for (const object of objects.values()) {
    if (isRoute(object)) routeNode(drawing, object);
    else if (isIngress(object)) ingressNode(drawing, object);
  }
  backendNodes(drawing);
  const all = [...drawing.nodes.values()].sort(
    (a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type) || compare(a.id, b.id),
  );
  const nodes = all.slice(0, maxNodes);
  const drawn = new Set(nodes.map(({ id }) => id));
  const edges = [...drawing.edges.values()]
    .filter(({ from, to }) => drawn.has(from) && drawn.has(to))
    .sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to));
  return { nodes, edges, truncated: all.length > nodes.length };
}

function isGateway(object: KubernetesObject): object is Gateway {
  return object.kind === "Gateway" && keyGroup(objectKey(object)) === "gateway.networking.k8s.io";
}

function isIngress(object: KubernetesObject): object is Ingress {
  return object.kind === "Ingress" && keyGroup(objectKey(object)) === "networking.k8s.io";
}

function keyGroup(key: ObjectKey): string {
  return key.slice(0, key.indexOf("/"));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
