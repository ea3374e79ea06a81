import type { HTTPRoute } from "@fairlead/kubernetes-types";
import type { RouteMatch } from "../model.ts";
import { creationTime } from "../precedence.ts";

// Gateway API orders exact paths before prefixes; where a regular expression stands is for the implementation to say.
// Ours stand last, so that adding one never takes traffic from a path that is written out.
const PATH_ORDER = { exact: 0, prefix: 1, regex: 2 } as const;

/**
 * Gateway API's precedence: exact path, longest prefix, method, most headers, most query parameters, oldest route,
 * name, and the order in the route. Longer regular expressions come first, also by our choice.
 */
export function httpRouteRank(
  route: HTTPRoute,
  match: RouteMatch,
  ruleIndex: number,
  matchIndex: number,
): (number | string)[] {
  return [
    PATH_ORDER[match.path.type],
    -match.path.value.length,
    match.method === undefined ? 1 : 0,
    -match.headers.length,
    -match.queryParams.length,
    creationTime(route),
    `${route.metadata.namespace ?? ""}/${route.metadata.name}`,
    ruleIndex,
    matchIndex,
  ];
}
