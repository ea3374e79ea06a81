import type { Family, Group } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { compareText } from "../precedence.ts";

/** Gateway API's reason for a listener whose port someone else has. */
export const PORT_UNAVAILABLE = "PortUnavailable";

/** Someone who wants a port of the nodes. */
export interface HostPortClaim {
  readonly kind: "Gateway" | "Ingress";
  /** `<namespace>/<name>`. */
  readonly id: string;
  readonly created: string;
  /** Who listens: the Gateway, or the scope of the Ingress, which all shared ones have in common. */
  readonly owner: string;
}

/** Who has a port, in words and by `owner` of its claim. */
export interface HostPortHolder {
  readonly owner: string;
  readonly label: string;
}

/**
 * Who of those who want one port has it: the owner of the oldest object, then of the first by namespace and name, then
 * a Gateway before an Ingress. The listener of shared Ingresses is so as old as the oldest of them. Undefined: nobody wants it.
 */
export function holderOf(claims: Iterable<HostPortClaim>): HostPortHolder | undefined {
  let first: HostPortClaim | undefined;
  for (const claim of claims) if (first === undefined || compareClaims(claim, first) < 0) first = claim;
  if (first === undefined) return undefined;
  const { owner, kind, id } = first;
  return { owner, label: `${kind} ${id}` };
}

/** Adds who has each port, by `<pool>:<port>`, to a graph. */
export function addHostPorts(graph: Graph, claims: Group<HostPortClaim>, rank: number): Family<HostPortHolder> {
  return graph.lookup<HostPortHolder>({
    name: "host-port",
    rank,
    compute: (name, scope) => holderOf((scope.read(claims, name) ?? new Map<string, HostPortClaim>()).values()),
  });
}

/** Why an owner does not have a port; undefined: it has. */
export function portProblem(
  port: number,
  owner: string,
  holder: HostPortHolder | undefined,
  reserved: Readonly<Record<number, string>>,
): string | undefined {
  const program = reserved[port];
  if (program !== undefined) return `Port ${port} of the nodes is reserved: ${program} listens there`;
  if (holder === undefined || holder.owner === owner) return undefined;
  return `Port ${port} of the nodes is in use by ${holder.label}, which is older`;
}

function compareClaims(a: HostPortClaim, b: HostPortClaim): number {
  return compareText(a.created, b.created) || compareText(a.id, b.id) || compareText(a.kind, b.kind);
}
