import type { Node } from "@fairlead/kubernetes-types";
import type { Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import type { Sources } from "../ingest/sources.ts";
import { selectorMatches } from "../label-selector.ts";
import { compareText } from "../precedence.ts";
import type { HostNetwork, HostRole } from "./host-network.ts";

/** Where the listeners of a role are. */
export interface HostAddresses {
  /** IPv4 first, sorted, each once. Of all nodes: at most 16, as many as the status of a Gateway holds. */
  readonly addresses: readonly string[];
  /** The node is known, and is none of those that listen. */
  readonly elsewhere: boolean;
}

/** `maxItems` of a Gateway's `status.addresses`. */
const MAX_STATUS_ADDRESSES = 16;

const ROLES: readonly HostRole[] = ["gateways", "ingresses"];

/** Adds the addresses of listeners on nodes, by {@link HostRole}. Ranks 1 and 2. A change of a Node that changes none of them stops here. */
export function addHostAddresses(graph: Graph, sources: Sources, host: HostNetwork): Layer<HostAddresses> {
  const byRole = graph.group<HostAddresses>("node-addresses-by-role", 1);
  graph.derive<Node, never>({
    name: "node",
    rank: 1,
    from: sources.nodes,
    compute: (name, node, scope) => {
      const isMeant = host.nodes === "ready" ? isReady(node) : name === host.nodes.name;
      for (const role of isMeant ? ROLES : []) {
        const listeners = host[role];
        if (listeners === undefined) continue;
        const isSelected = selectorMatches({ matchLabels: listeners.matchLabels }, node.metadata.labels ?? {});
        const addresses = isSelected ? internalAddresses(node) : [];
        scope.emit(byRole, role, { addresses, elsewhere: !isSelected });
      }
      return undefined;
    },
  });
  return graph.derive<ReadonlyMap<string, HostAddresses>, HostAddresses>({
    name: "host-addresses",
    rank: 2,
    from: byRole,
    compute: (_, members) => {
      const nodes = [...members.values()];
      const all = [...new Set(nodes.flatMap(({ addresses }) => addresses))].sort(compareAddresses);
      const addresses = host.nodes === "ready" ? all.slice(0, MAX_STATUS_ADDRESSES) : all;
      return { addresses, elsewhere: nodes.every(({ elsewhere }) => elsewhere) };
    },
  });
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
}

function internalAddresses({ status }: Node): string[] {
  return (status?.addresses ?? []).flatMap(({ type, address }) => (type === "InternalIP" ? [address] : []));
}

function compareAddresses(a: string, b: string): number {
  return Number(a.includes(":")) - Number(b.includes(":")) || compareText(a, b);
}
