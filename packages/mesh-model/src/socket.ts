import type { Group, Layer } from "./graph/cell.ts";
import type { Graph } from "./graph/graph.ts";
import { compareSpecificity } from "./hosts.ts";
import type { Chain, Socket } from "./model.ts";
import { compareAge, compareText } from "./precedence.ts";

/** A socket that some object wants, and what decides when another one wants the same. */
export interface SocketClaim {
  readonly created: string;
  /** Who claims it. */
  readonly name: string;
  readonly socket: Socket;
}

/** Adds the sockets to a graph: of several claims on one address and port the oldest gets it. */
export function addSockets(graph: Graph, claims: Group<SocketClaim>, rank: number): Layer<Socket> {
  return graph.derive<ReadonlyMap<string, SocketClaim>, Socket>({
    name: "socket",
    rank,
    from: claims,
    compute: (_, members) => [...members.values()].sort(compareAge)[0]?.socket,
  });
}

/** `<address>:<port>` of the first address, IPv6 in brackets. */
export function socketName(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The chain of the most specific server name first, the one for any name last. */
export function compareChains(a: Chain, b: Chain): number {
  return compareSpecificity(a.serverNames[0] ?? "*", b.serverNames[0] ?? "*") || compareText(a.id, b.id);
}
