import type { GRPCMethodMatch } from "@fairlead/kubernetes-types";
import { ANY_HOST } from "../hosts.ts";
import type { RouteMatch } from "../model.ts";
import { creationTime } from "../precedence.ts";

type Rank = readonly (number | string)[];

/** What of a route decides which of two that are otherwise equal comes first. */
export interface RankedObject {
  readonly metadata: { readonly creationTimestamp?: string; readonly namespace?: string; readonly name: string };
}

/** Place of a match within its route: the rule's index and its own. */
export type MatchPlace = readonly [rule: number, match: number];

// Gateway API orders exact paths before prefixes; where a regular expression stands is for the implementation to say.
// Ours stand between them, where users of Cilium expect them and where they stand for Ingresses.
const PATH_ORDER = { exact: 0, regex: 1, prefix: 2 } as const;

/**
 * The first part of every rank: of two routes that reach one host by different hostnames of theirs, the one whose
 * hostname is exact, then longer, comes first (`GatewayRouteHostnameIntersectionPrecedence`).
 */
export function hostnameRank(hostname: string): Rank {
  const length = hostname === ANY_HOST ? 0 : hostname.length;
  return [hostname.startsWith("*") ? 0 : -length, -length];
}

/**
 * Gateway API's precedence of HTTPRoutes: exact path, longest prefix, method, most headers, most query parameters,
 * oldest route, name, and the order in the route. Longer regular expressions come first by our choice.
 */
export function httpRouteRank(route: RankedObject, match: RouteMatch, place: MatchPlace): Rank {
  return [
    PATH_ORDER[match.path.type],
    -match.path.value.length,
    match.method === undefined ? 1 : 0,
    -match.headers.length,
    -match.queryParams.length,
    ...ageRank(route),
    ...place,
  ];
}

/**
 * Gateway API's precedence of GRPCRoutes: characters of the service, of the method, most headers, oldest route, name,
 * and the order in the route. Regular expressions stand behind every service that is written out, by our choice.
 */
export function grpcRouteRank(
  route: RankedObject,
  method: GRPCMethodMatch | undefined,
  headers: number,
  place: MatchPlace,
): Rank {
  const { type = "Exact", service = "", method: name = "" } = method ?? {};
  return [
    type === "RegularExpression" ? 1 : service === "" ? 2 : 0,
    -service.length,
    -name.length,
    -headers,
    ...ageRank(route),
    ...place,
  ];
}

function ageRank(route: RankedObject): Rank {
  return [creationTime(route), `${route.metadata.namespace ?? ""}/${route.metadata.name}`];
}
