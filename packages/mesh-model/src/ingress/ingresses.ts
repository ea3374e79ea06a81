import { type Ingress, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import type { BackendReference, UnresolvedReference } from "../backend/reference.ts";
import type { Fault } from "../fault.ts";
import type { Family, Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { isPartialWildcard } from "../hosts.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { Sources } from "../ingest/sources.ts";
import { creationTime, type RankedRoute } from "../precedence.ts";
import type { IngressDefaults } from "../settings.ts";
import type { TablePart } from "../table.ts";
import { readIngressOptions } from "./annotations.ts";
import { type IngressClasses, isOurs } from "./class.ts";
import { type PathClaim, pathClaimKey } from "./path-conflicts.ts";
import { compileRules, type IngressRules } from "./rules.ts";
import { type AddressClaim, dedicatedScope, SHARED_SCOPE, type TlsClaim, type TlsGrant, tlsChain } from "./scope.ts";
import { redirectToHttps, type TlsHost, tlsHosts } from "./tls.ts";

/** An Ingress of ours. */
export interface IngressView {
  readonly key: ObjectKey;
  readonly mode: "shared" | "dedicated";
  /** What it shares a socket with: all shared Ingresses, or nothing. */
  readonly scope: string;
  readonly created: string;
  /** From its status. */
  readonly addresses: readonly string[];
  /** Backends that cannot be used, in the order of the spec. */
  readonly unresolved: readonly UnresolvedReference[];
  /** Paths that an older Ingress, or an earlier place of its own spec, has as well and serves. */
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
      const { mode, forceHttps, timeoutMs } = readIngressOptions(ingress, options.defaults);
      const rules = compileRules(lookups, scope, ingress, timeoutMs);
      const tls = tlsHosts(ingress, rules.hosts);
      const plain = new Map(rules.hosts);
      if (forceHttps) {
        for (const { tables } of tls) for (const [host, routes] of tables) plain.set(host, redirectToHttps(routes));
      }
      const view: IngressView = {
        key: objectKey(ingress),
        mode,
        scope: mode === "shared" ? SHARED_SCOPE : dedicatedScope(id),
        created: creationTime(ingress),
        addresses: (ingress.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []),
        unresolved: rules.unresolved,
        conflicts: [],
        paths: rules.paths,
        tls,
        plain,
      };
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
      for (const address of view.addresses) {
        scope.emit(options.addressClaims, `${view.scope}|${address}`, { ...claim, address });
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
