import { create } from "@bufbuild/protobuf";
import { ANY_HOST, type HostTable } from "@fairlead/mesh-model";
import type { Fields } from "./extension.ts";
import type {
  HeaderMatcherSchema,
  RouteMatchSchema,
  RouteSchema,
  VirtualHostSchema,
} from "./gen/envoy/config/route/v3/route_components_pb.js";
import { RouteConfigurationSchema } from "./gen/envoy/config/route/v3/route_pb.js";
import { type EnvoyResource, resource } from "./resource.ts";
import { answer } from "./route.ts";
import { scope } from "./scope.ts";
import { TYPE_URL } from "./type-url.ts";

/** What a directory tells of a wildcard table. */
export type Wildcard = Pick<HostTable, "name" | "host" | "oneLabel" | "sources">;

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
  const byHost = new Map(sorted.map((wildcard) => [wildcard.host, wildcard]));
  const sources = sorted.flatMap((wildcard) => wildcard.sources);
  const configuration = create(RouteConfigurationSchema, {
    name: chain,
    ignorePortInHostMatching: true,
    virtualHosts: sorted.map((wildcard) => virtualHost(wildcard, byHost)),
  });
  const key = { typeUrl: TYPE_URL.route, name: chain };
  return [
    resource(TYPE_URL.route, chain, RouteConfigurationSchema, configuration, sources),
    scope(chain, sources, [key]),
  ];
}

function virtualHost(wildcard: Wildcard, byHost: ReadonlyMap<string, Wildcard>): Fields<typeof VirtualHostSchema> {
  const { host } = wildcard;
  return {
    name: host,
    // Envoy overlooks upper case by itself, but no dot at the end.
    domains: host === ANY_HOST ? [ANY_HOST] : [host, `${host}.`],
    routes: [wildcard, ...(wildcard.oneLabel ? further(host, byHost) : [])].map(entry),
  };
}

/** What takes a host that has more labels than the closest wildcard stands for: the next one of any number of labels. */
function further(host: string, byHost: ReadonlyMap<string, Wildcard>): Wildcard[] {
  for (let dot = host.indexOf(".", 2); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    const next = byHost.get(`*${host.slice(dot)}`);
    if (next !== undefined && !next.oneLabel) return [next];
  }
  const any = byHost.get(ANY_HOST);
  return any === undefined ? [] : [any];
}

function entry({ name, host, oneLabel }: Wildcard): Fields<typeof RouteSchema> {
  const match: Fields<typeof RouteMatchSchema> = {
    pathSpecifier: { case: "prefix", value: "/" },
    headers: oneLabel ? [oneLabelBefore(host.slice(1))] : [],
  };
  return { name, match, action: answer(404, "") };
}

function oneLabelBefore(suffix: string): Fields<typeof HeaderMatcherSchema> {
  const regex = `(?i)[^.]+${suffix.replaceAll(".", "\\.")}\\.?(?::.*)?`;
  const value = { matchPattern: { case: "safeRegex" as const, value: { regex } } };
  return { name: ":authority", headerMatchSpecifier: { case: "stringMatch", value } };
}

/** The resources of a chain's directory, for taking them back. */
export function wildcardDirectoryKeys(chain: string) {
  return [
    { typeUrl: TYPE_URL.scope, name: chain },
    { typeUrl: TYPE_URL.route, name: chain },
  ];
}
