import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { compareAge, compareText } from "../precedence.ts";
import type { RouteKind } from "./route-kind.ts";

/** A route that is attached to a listener, and the hosts it would serve there. */
export interface HostClaim {
  readonly kind: RouteKind;
  readonly object: ObjectKey;
  readonly hosts: readonly string[];
  readonly created: string;
  /** `<namespace>/<name>`. */
  readonly name: string;
}

/** The routes that a listener does not serve, each with the one that stands in its way. */
export type KindConflicts = Readonly<Record<ObjectKey, ObjectKey>>;

/**
 * Adds, by `<namespace>/<gateway>/<listener>`, which routes of a listener give way: rules of HTTPRoutes and GRPCRoutes are
 * never mixed on one hostname, so of two routes of different kinds that want the same one the older is served. One
 * that gives way itself stands in nobody's way. Hostnames that merely overlap, such as `*` and `a.example`, need no
 * such decision: the more specific one has its own table. Costs nothing on listeners that have but one kind.
 */
export function addKindConflicts(
  graph: Graph,
  claims: Readonly<Record<RouteKind, Group<HostClaim>>>,
  rank: number,
): Layer<KindConflicts> {
  return graph.derive<ReadonlyMap<string, HostClaim>, KindConflicts>({
    name: "kind-conflicts",
    rank,
    from: claims.GRPCRoute,
    compute: (listener, grpcRoutes, scope) => {
      const httpRoutes = scope.read(claims.HTTPRoute, listener);
      if (httpRoutes === undefined) return undefined;
      const all = [...httpRoutes.values(), ...grpcRoutes.values()].sort(
        (a, b) => compareAge(a, b) || compareText(b.object, a.object),
      );
      const owners = new Map<string, HostClaim>();
      const losers: Record<ObjectKey, ObjectKey> = {};
      for (const claim of all) {
        const { object, hosts, kind } = claim;
        const winner = hosts
          .map((host) => owners.get(host))
          .find((owner) => owner !== undefined && owner.kind !== kind);
        if (winner !== undefined) losers[object] = winner.object;
        else for (const host of hosts) if (!owners.has(host)) owners.set(host, claim);
      }
      return Object.keys(losers).length === 0 ? undefined : losers;
    },
  });
}
