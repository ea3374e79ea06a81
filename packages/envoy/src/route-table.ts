import { create } from "@bufbuild/protobuf";
import type { HostTable, Route } from "@fairlead/mesh-model";
import { type Finding, sortFindings } from "./checks/finding.ts";
import { routeFindings } from "./checks/route-findings.ts";
import type { Fields } from "./extension.ts";
import type { RouteSchema } from "./gen/envoy/config/route/v3/route_components_pb.js";
import { RouteConfigurationSchema } from "./gen/envoy/config/route/v3/route_pb.js";
import { type EnvoyResource, type ResourceKey, resource } from "./resource.ts";
import { RETRY } from "./retry.ts";
import { answer, brokenRoute, translateRoute } from "./route.ts";
import { scope } from "./scope.ts";
import { SCOPE_HEADER } from "./scope-lookup.ts";
import { TYPE_URL } from "./type-url.ts";

/** Resources, and what was left out of them because Envoy would refuse it. */
export interface Translation {
  readonly resources: readonly EnvoyResource[];
  readonly findings: readonly Finding[];
}

/** Name of the route that answers 404 for a known host. Routes of the model have a `/` in theirs. */
export const NO_ROUTE = "no-route";

/**
 * The route configuration of a table and the scope that leads to it. Both require the endpoints of the table's
 * backends; the scope also requires the route configuration, which Envoy asks for once it has the scope.
 *
 * A route with a finding in its match is left out; one with a finding in its action answers 500: the rest of the
 * host goes on.
 */
export function translateTable(table: HostTable): Translation {
  const findings: Finding[] = [];
  const routes: Fields<typeof RouteSchema>[] = [];
  for (const route of table.routes) {
    const found = routeFindings(route);
    findings.push(...found.match, ...found.action);
    if (found.match.length > 0) continue;
    if (found.action.length > 0) routes.push(brokenRoute(route));
    else routes.push(...translateRoute(route, table.host));
  }
  routes.push({
    name: NO_ROUTE,
    match: { pathSpecifier: { case: "prefix", value: "/" } },
    action: answer(404, ""),
  });

  const configuration = create(RouteConfigurationSchema, {
    name: table.name,
    // One table is one host already; the scope has seen to it.
    virtualHosts: [{ name: table.host, domains: ["*"], routes, retryPolicy: RETRY }],
    requestHeadersToRemove: [SCOPE_HEADER],
    // Clusters come first anyway; a route to one that is gone answers 503 and must not hold back its neighbours.
    validateClusters: false,
    maxDirectResponseBodySizeBytes: 4096,
  });
  const backends = table.routes.flatMap((route) => backendKeys(route));
  const configurationKey = { typeUrl: TYPE_URL.route, name: table.name };
  return {
    resources: [
      resource(TYPE_URL.route, table.name, RouteConfigurationSchema, configuration, table.sources, backends),
      scope(table.name, table.sources, [configurationKey, ...backends]),
    ],
    findings: sortFindings(findings),
  };
}

function backendKeys({ action }: Route): ResourceKey[] {
  if (action.type !== "forward") return [];
  const used = action.backends.filter(({ weight }) => weight > 0);
  const mirrors = [action, ...used].flatMap((place) => place.mirrors ?? []);
  return [...used, ...mirrors].flatMap(({ backend }) =>
    backend === undefined ? [] : [{ typeUrl: TYPE_URL.endpoints, name: backend }],
  );
}
