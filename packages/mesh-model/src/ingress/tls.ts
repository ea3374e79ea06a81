import type { Ingress } from "@fairlead/kubernetes-types";
import { ANY_HOST, compareSpecificity, coversHost, normalizeHost } from "../hosts.ts";
import type { RankedRoute } from "../precedence.ts";

/** A server name an Ingress wants TLS for, and the hosts reached under it. */
export interface TlsHost {
  /** `*` when its `tls` entry names no hosts. */
  readonly host: string;
  /** `<namespace>/<secret>`; absent: none was named, so nothing can be served, but plain HTTP is not left open either. */
  readonly secret?: string;
  readonly tables: ReadonlyMap<string, readonly RankedRoute[]>;
}

/**
 * The server names of an Ingress with what is served under each: the hosts of its rules that the name covers best, and
 * for a name no rule has, the rules without a host. A name that nothing is served under is left out.
 */
export function tlsHosts(ingress: Ingress, rules: ReadonlyMap<string, readonly RankedRoute[]>): TlsHost[] {
  const namespace = ingress.metadata.namespace ?? "";
  const secrets = new Map<string, string | undefined>();
  for (const { hosts, secretName } of ingress.spec.tls ?? []) {
    const secret = secretName ? `${namespace}/${secretName}` : undefined;
    for (const host of hosts === undefined || hosts.length === 0 ? [ANY_HOST] : hosts.map(normalizeHost)) {
      if (!secrets.has(host)) secrets.set(host, secret);
    }
  }
  const names = [...secrets.keys()].sort(compareSpecificity);
  const byName = new Map(names.map((name) => [name, new Map<string, readonly RankedRoute[]>()]));
  for (const [host, routes] of rules) {
    const name = names.find((candidate) => coversHost(candidate, host));
    if (name !== undefined) byName.get(name)?.set(host, routes);
  }
  const withoutHost = rules.get(ANY_HOST);
  if (withoutHost !== undefined) {
    for (const [name, tables] of byName) if (!rules.has(name)) tables.set(name, withoutHost);
  }
  return names.flatMap((host): TlsHost[] => {
    const tables = byName.get(host) ?? new Map();
    const secret = secrets.get(host);
    return tables.size === 0 ? [] : [{ host, ...(secret && { secret }), tables }];
  });
}

/** The same matches, answered with a redirect to HTTPS, at the default port unless told. The status is the one users of Cilium see. */
export function redirectToHttps(routes: readonly RankedRoute[], port?: number): RankedRoute[] {
  const at = port === undefined || port === 443 ? {} : { port };
  return routes.map(({ rank, route }) => ({
    rank,
    route: { ...route, action: { type: "redirect", scheme: "https", ...at, status: 301 } },
  }));
}
