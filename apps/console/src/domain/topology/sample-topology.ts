import type { NodeState, NodeType, Topology, TopologyEdge, TopologyNode } from "./topology.ts";

/** A node for tests: `type` and name make its id. */
export function sampleNode(type: NodeType, name: string, state: NodeState = "ok"): TopologyNode {
  const kind = { gateway: "Gateway", ingress: "Ingress", listener: "Listener", route: "HTTPRoute", service: "Service" };
  return {
    id: `${type}/${name}`,
    type,
    kind: type === "endpoint" ? "Endpoint" : kind[type],
    namespace: "default",
    name,
    label: name,
    intent: type === "route" ? `rt_${name}` : null,
    project: type === "route" ? "prj_1" : null,
    state,
    detail: "",
  };
}

/** An edge for tests. */
export function sampleEdge(from: string, to: string, weight: number | null = null): TopologyEdge {
  return { from, to, weight };
}

/** One Gateway with a listener, so many routes on it, each to a service of its own with two endpoints. */
export function sampleTopology(routes: number): Topology {
  const nodes = [sampleNode("gateway", "gw"), sampleNode("listener", "http")];
  const edges = [sampleEdge("gateway/gw", "listener/http")];
  for (let i = 0; i < routes; i++) {
    const name = `r${String(i).padStart(4, "0")}`;
    nodes.push(sampleNode("route", name), sampleNode("service", name));
    edges.push(sampleEdge("listener/http", `route/${name}`), sampleEdge(`route/${name}`, `service/${name}`, 1));
    for (const end of ["a", "b"]) {
      nodes.push(sampleNode("endpoint", `${name}-${end}`));
      edges.push(sampleEdge(`service/${name}`, `endpoint/${name}-${end}`));
    }
  }
  return { nodes, edges };
}
