import { create } from "@bufbuild/protobuf";
import type { HostTable } from "@fairlead/mesh-model";
import type { Fields } from "./extension.ts";
import type { VirtualHostSchema } from "./gen/envoy/config/route/v3/route_components_pb.js";
import { RouteConfigurationSchema } from "./gen/envoy/config/route/v3/route_pb.js";
import { type EnvoyResource, resource } from "./resource.ts";
import { answer } from "./route.ts";
import { scope } from "./scope.ts";
import { TYPE_URL } from "./type-url.ts";

/** What a directory tells of a wildcard table. */
export type Wildcard = Pick<HostTable, "name" | "host" | "sources">;

/** Whether a table's host stands for several and is found through the directory. */
export function isWildcard(host: string): boolean {
  return host.startsWith("*");
}

/**
 * The directory of a chain's wildcard hosts, under the chain's id: a route configuration in which Envoy finds the
 * closest wildcard of a host in one lookup and whose routes are named after the tables. It holds names alone, so no
 * route of a user can spoil it, and it waits for no table: a wildcard that Envoy does not have answers 404 as before.
 */
export function wildcardDirectory(chain: string, wildcards: Iterable<Wildcard>): EnvoyResource[] {
  const sorted = [...wildcards].sort((a, b) => (a.host < b.host ? -1 : 1));
  const sources = sorted.flatMap((wildcard) => wildcard.sources);
  const configuration = create(RouteConfigurationSchema, {
    name: chain,
    ignorePortInHostMatching: true,
    virtualHosts: sorted.map(virtualHost),
  });
  const key = { typeUrl: TYPE_URL.route, name: chain };
  return [
    resource(TYPE_URL.route, chain, RouteConfigurationSchema, configuration, sources),
    scope(chain, sources, [key]),
  ];
}

function virtualHost({ name, host }: Wildcard): Fields<typeof VirtualHostSchema> {
  return {
    name: host,
    // Envoy overlooks upper case by itself, but no dot at the end.
    domains: host === "*" ? ["*"] : [host, `${host}.`],
    routes: [{ name, match: { pathSpecifier: { case: "prefix", value: "/" } }, action: answer(404, "") }],
  };
}

/** The resources of a chain's directory, for taking them back. */
export function wildcardDirectoryKeys(chain: string) {
  return [
    { typeUrl: TYPE_URL.scope, name: chain },
    { typeUrl: TYPE_URL.route, name: chain },
  ];
}
