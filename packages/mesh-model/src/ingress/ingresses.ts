import { type Ingress, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import type { BackendReference, UnresolvedReference } from "../backend/reference.ts";
import type { Fault } from "../fault.ts";
import type { Family, Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { hostPool } from "../host/host-network.ts";
import type { HostAddresses } from "../host/nodes.ts";
import { isPartialWildcard } from "../hosts.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { Sources } from "../ingest/sources.ts";
import { creationTime, type RankedRoute } from "../precedence.ts";
import type { IngressDefaults } from "../settings.ts";
import type { TablePart } from "../table.ts";
import { readIngressOptions } from "./annotations.ts";
import { type IngressClasses, isOurs } from "./class.ts";
import { hostPortFault, hostPortOf, type IngressHostPorts } from "./host-port.ts";
import { type PathClaim, pathClaimKey } from "./path-conflicts.ts";
import { compileRules, type IngressRules } from "./rules.ts";
import { type AddressClaim, scopeOf, type TlsClaim, type TlsGrant, tlsChain } from "./scope.ts";
import { redirectToHttps, type TlsHost, tlsHosts } from "./tls.ts";

/** An Ingress of ours. */
export interface IngressView {
  readonly key: ObjectKey;
  readonly mode: "shared" | "dedicated";
  /** What it shares a socket with: all shared Ingresses, or nothing. */
  readonly scope: string;
  readonly created: string;
  /** From its status; or where it listens on the nodes, if it does. */
  readonly addresses: readonly string[];
  /** Backends that cannot be used, in the order of the spec. */
  readonly unresolved: readonly UnresolvedReference[];
  /** What someone else serves: paths that an older Ingress, or an earlier place of its own spec, has as well, or the port. */
  readonly conflicts: readonly Fault[];
  /** All that its rules name. */
  readonly paths: IngressRules["paths"];
  readonly tls: readonly TlsHost[];
  /** What plain HTTP answers, by host. */
  readonly plain: ReadonlyMap<string, readonly RankedRoute[]>;
}

export interface IngressLayerOptions {
  readonly classes: IngressClasses;
  readonly defaults: IngressDefaults;
  readonly backends: Group<BackendReference>;
  readonly parts: Group<TablePart>;
  /** By {@link pathClaimKey}. */
  readonly pathClaims: Group<PathClaim>;
  /** By `<scope>|<host>`. */
  readonly tlsClaims: Group<TlsClaim>;
  /** By `<scope>|<address>`. */
  readonly addressClaims: Group<AddressClaim>;
  /** Present: they listen on the nodes. */
  readonly ports?: IngressHostPorts | undefined;
  readonly hostAddresses?: Family<HostAddresses> | undefined;
  readonly rank: number;
}

/** Adds Ingresses to a graph: what they say, what they claim, and their tables on plain HTTP. */
export function addIngresses(
  graph: Graph,
  sources: Sources,
  lookups: Lookups,
  options: IngressLayerOptions,
): Layer<IngressView> {
  return graph.derive<Ingress, IngressView>({
    name: "ingress",
    rank: options.rank,
    from: sources.ingresses,
    compute: (id, ingress, scope) => {
      if (!isOurs(options.classes, scope, ingress)) return undefined;
      const wishes = readIngressOptions(ingress, options.defaults);
      const { mode, forceHttps, timeoutMs } = wishes;
      const rules = compileRules(lookups, scope, ingress, timeoutMs);
      const { ports } = options;
      const port = hostPortOf(wishes, ports?.host);
      const base = {
        key: objectKey(ingress),
        mode,
        scope: scopeOf(mode, id),
        created: creationTime(ingress),
        unresolved: rules.unresolved,
        conflicts: [],
      };
      const fault = ports && hostPortFault(id, wishes, ports, scope);
      // Without its port nothing of it is served; what it would claim of shared sockets is others'.
      if (fault !== undefined) {
        return { ...base, addresses: [], conflicts: [fault], paths: [], tls: [], plain: new Map() };
      }
      const tls = tlsHosts(ingress, rules.hosts);
      const plain = new Map(rules.hosts);
      if (forceHttps) {
        for (const { tables } of tls)
          for (const [host, routes] of tables) plain.set(host, redirectToHttps(routes, port));
      }
      const hostAddresses = options.hostAddresses && scope.read(options.hostAddresses, "ingresses");
      const given = (ingress.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
      const addresses = port === undefined ? given : (hostAddresses?.addresses ?? []);
      const view: IngressView = { ...base, addresses, paths: rules.paths, tls, plain };
      const chain = `${view.scope}/http`;
      for (const [host, routes] of plain) {
        scope.emit(options.parts, `${chain}|${host}`, ingressPart(chain, host, view.key, routes));
      }
      for (const reference of rules.references) scope.emit(options.backends, reference.name, reference);
      for (const { host, path } of rules.paths) {
        scope.emit(options.pathClaims, pathClaimKey(view.scope, host, path), { key: view.key, created: view.created });
      }
      const claim = { scope: view.scope, key: view.key, created: view.created };
      for (const { host, secret } of tls) {
        scope.emit(options.tlsClaims, `${view.scope}|${host}`, { ...claim, host, ...(secret && { secret }) });
      }
      if (ports !== undefined && port !== undefined) {
        const address = hostPool(ports.host, "ingresses");
        scope.emit(options.addressClaims, `${view.scope}|${address}`, { ...claim, address, hostPort: port });
      } else {
        for (const address of addresses) {
          scope.emit(options.addressClaims, `${view.scope}|${address}`, { ...claim, address });
        }
      }
      return view;
    },
  });
}

/** Adds the tables of Ingresses under TLS: which chain they hang on is known once every server name has its owner. */
export function addTlsTables(
  graph: Graph,
  views: Layer<IngressView>,
  grants: Family<TlsGrant>,
  parts: Group<TablePart>,
  rank: number,
): void {
  graph.derive<IngressView, never>({
    name: "ingress-tls-tables",
    rank,
    from: views,
    compute: (_, view, scope) => {
      for (const { host: name, tables } of view.tls) {
        const secret = scope.read(grants, `${view.scope}|${name}`)?.secret;
        if (secret === undefined) continue;
        const chain = tlsChain(view.scope, secret, name);
        for (const [host, routes] of tables) {
          scope.emit(parts, `${chain}|${host}`, ingressPart(chain, host, view.key, routes));
        }
      }
      return undefined;
    },
  });
}

function ingressPart(chain: string, host: string, object: ObjectKey, routes: readonly RankedRoute[]): TablePart {
  return { chain, host, object, routes, ...(isPartialWildcard(host) && { oneLabel: true }) };
}
