import {
  GATEWAY_GROUP,
  type GRPCRoute,
  type HTTPRoute,
  type ObjectKey,
  objectKey,
  type ParentReference,
} from "@fairlead/kubernetes-types";
import type { BackendReference, UnresolvedReference } from "../backend/reference.ts";
import type { GatewayShape } from "../gateway/gateways.ts";
import type { Family, Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import type { Lookups } from "../ingest/lookups.ts";
import { creationTime } from "../precedence.ts";
import type { TablePart } from "../table.ts";
import { negative, positive, type Verdict } from "../verdict.ts";
import { attach, isGatewayReference, type Placement } from "./attach.ts";
import { type CompiledRoute, compileRules } from "./compile.ts";
import { grpcRules } from "./grpc-rules.ts";
import { httpRules } from "./http-rules.ts";
import type { HostClaim } from "./kind-conflicts.ts";
import type { RouteKind } from "./route-kind.ts";

/** What became of a route, as far as its status says. */
export interface RouteView {
  /** Of the Gateways that are ours, in the order of the spec. */
  readonly parents: readonly ParentOutcome[];
  readonly resolvedRefs: Verdict;
  /** What `resolvedRefs` sums up: backends that cannot be used, in the order of the spec. */
  readonly unresolved: readonly UnresolvedReference[];
}

export interface ParentOutcome {
  /** Place in `spec.parentRefs`. */
  readonly index: number;
  /** `<namespace>/<name>`. */
  readonly gateway: string;
  readonly controller: string;
  readonly accepted: Verdict;
  /** Names of those it is attached to. */
  readonly listeners: readonly string[];
}

export interface RouteOptions {
  readonly shapes: Family<GatewayShape>;
  readonly parts: Group<TablePart>;
  readonly backends: Group<BackendReference>;
  /** Routes attached to a listener, by `<namespace>/<gateway>/<listener>`. */
  readonly attached: Group<true>;
  /** The same by kind, with the hosts. */
  readonly claims: Readonly<Record<RouteKind, Group<HostClaim>>>;
  readonly rank: number;
}

/** Adds the HTTPRoutes or the GRPCRoutes to a graph. Which of them give way to the other kind is not yet known here. */
export function addRoutes<T extends HTTPRoute | GRPCRoute>(
  graph: Graph,
  lookups: Lookups,
  layer: { readonly name: string; readonly from: Family<T> },
  options: RouteOptions,
): Layer<RouteView> {
  return graph.derive<T, RouteView>({
    ...layer,
    rank: options.rank,
    compute: (id, route, scope) => {
      const { kind } = route;
      const namespace = route.metadata.namespace ?? "";
      const ours = (route.spec.parentRefs ?? []).flatMap((reference, index) => {
        const gateway = isGatewayReference(reference) && scope.read(options.shapes, gatewayId(reference, namespace));
        return gateway ? [{ reference, index, gateway }] : [];
      });
      if (ours.length === 0) return undefined;
      const attaching = {
        kind,
        namespace,
        namespaceLabels: scope.read(lookups.namespaceLabels, namespace) ?? {},
        hostnames: route.spec.hostnames ?? [],
      };
      const object = objectKey(route);
      const rules = route.kind === "HTTPRoute" ? httpRules(route) : grpcRules(route);
      const referrer = { object, kind, namespace, name: route.metadata.name };
      const compiled = compileRules(lookups, scope, referrer, rules);
      const problem = judgeRules(compiled);
      const placements: (Placement & { readonly listenerId: string })[] = [];
      const parents = ours.map(({ reference, index, gateway }): ParentOutcome => {
        const attachment = attach(attaching, gateway, reference);
        for (const [listener, hosts] of attachment.hosts) {
          const listenerId = `${gateway.id}/${listener}`;
          scope.emit(options.attached, listenerId, true);
          const claim = { kind, object, hosts: [...hosts].sort(), created: creationTime(route), name: id };
          scope.emit(options.claims[kind], listenerId, claim);
        }
        for (const placement of attachment.placements) {
          placements.push({ ...placement, listenerId: `${gateway.id}/${placement.listener.name}` });
        }
        const accepted = attachment.accepted.status === "True" && problem ? problem : attachment.accepted;
        const listeners = [...attachment.hosts.keys()];
        return { index, gateway: gateway.id, controller: gateway.controller, accepted, listeners };
      });
      for (const { listener, listenerId, host, hostname } of placements) {
        const routes = compiled.routesFor(listener, hostname);
        const part = { chain: listener.chain, host, object, listener: listenerId, routes };
        scope.emit(options.parts, `${part.chain}|${host}`, part);
      }
      if (placements.length > 0) {
        for (const reference of compiled.references) scope.emit(options.backends, reference.name, reference);
      }
      return { parents, resolvedRefs: judgeReferences(compiled), unresolved: compiled.unresolved };
    },
  });
}

/** Adds the final views: a route that every listener of a parent passes over for one of the other kind is not accepted there. */
export function addRouteViews(
  graph: Graph,
  { kind, from }: { readonly kind: RouteKind; readonly from: Layer<RouteView> },
  conflicts: Family<Readonly<Record<ObjectKey, ObjectKey>>>,
  rank: number,
): Layer<RouteView> {
  return graph.derive<RouteView, RouteView>({
    name: `${kind}-view`,
    from,
    rank,
    compute: (id, view, scope) => {
      const object = `${GATEWAY_GROUP}/${kind}/${id}`;
      const parents = view.parents.map((parent) => {
        const winners = new Map(
          parent.listeners.flatMap((listener) => {
            const winner = scope.read(conflicts, `${parent.gateway}/${listener}`)?.[object];
            return winner === undefined ? [] : [[listener, winner] as const];
          }),
        );
        const listeners = parent.listeners.filter((listener) => !winners.has(listener));
        if (winners.size === 0) return parent;
        const words = [...winners]
          .map(([listener, winner]) => `${describe(winner)} on listener ${listener}`)
          .join(", ");
        const message = `A hostname is for HTTPRoutes or for GRPCRoutes, the older one is served: ${words}`;
        if (listeners.length === 0 && parent.accepted.status === "True") {
          return { ...parent, listeners, accepted: negative("HostnameConflict", message) };
        }
        const { accepted } = parent;
        return { ...parent, listeners, accepted: { ...accepted, message: `${accepted.message}. ${message}` } };
      });
      return { ...view, parents };
    },
  });
}

function describe(key: ObjectKey): string {
  const [, kind, namespace, name] = key.split("/");
  return `${kind} ${namespace}/${name}`;
}

function gatewayId(reference: ParentReference, namespace: string): string {
  return `${reference.namespace ?? namespace}/${reference.name}`;
}

function judgeRules({ problems }: CompiledRoute): Verdict | undefined {
  const [first] = problems;
  return first && negative(first.reason, problems.map(({ message }) => message).join("; "));
}

function judgeReferences({ unresolved }: CompiledRoute): Verdict {
  const [first] = unresolved;
  if (first === undefined) return positive("ResolvedRefs", "All references are resolved");
  return negative(first.reason, unresolved.map(({ message }) => message).join("; "));
}
