import type { HTTPRoute, ParentReference } from "@fairlead/kubernetes-types";
import type { BackendReference, UnresolvedReference } from "../backend/reference.ts";
import type { GatewayShape } from "../gateway/gateways.ts";
import type { Family, Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { Sources } from "../ingest/sources.ts";
import type { TablePart } from "../table.ts";
import { negative, positive, type Verdict } from "../verdict.ts";
import { attach, isGatewayReference, type Placement } from "./attach.ts";
import { type CompiledRoute, compileRoute } from "./compile.ts";

/** What became of an HTTPRoute, as far as its status says. */
export interface HttpRouteView {
  /** Of the Gateways that are ours, in the order of the spec. */
  readonly parents: readonly ParentOutcome[];
  readonly resolvedRefs: Verdict;
  /** What `resolvedRefs` sums up: backends that cannot be used, in the order of the spec. */
  readonly unresolved: readonly UnresolvedReference[];
}

export interface ParentOutcome {
  /** Place in `spec.parentRefs`. */
  readonly index: number;
  readonly controller: string;
  readonly accepted: Verdict;
  readonly listeners: readonly string[];
}

export interface RouteOptions {
  readonly shapes: Family<GatewayShape>;
  readonly parts: Group<TablePart>;
  readonly backends: Group<BackendReference>;
  /** Routes attached to a listener, by `<namespace>/<gateway>/<listener>`. */
  readonly attached: Group<true>;
  readonly rank: number;
}

/** Adds HTTPRoutes to a graph. */
export function addHttpRoutes(
  graph: Graph,
  sources: Sources,
  lookups: Lookups,
  options: RouteOptions,
): Layer<HttpRouteView> {
  return graph.derive<HTTPRoute, HttpRouteView>({
    name: "http-route",
    rank: options.rank,
    from: sources.httpRoutes,
    compute: (_, route, scope) => {
      const namespace = route.metadata.namespace ?? "";
      const ours = (route.spec.parentRefs ?? []).flatMap((reference, index) => {
        const gateway = isGatewayReference(reference) && scope.read(options.shapes, gatewayId(reference, namespace));
        return gateway ? [{ reference, index, gateway }] : [];
      });
      if (ours.length === 0) return undefined;
      const attaching = {
        namespace,
        namespaceLabels: scope.read(lookups.namespaceLabels, namespace) ?? {},
        hostnames: route.spec.hostnames ?? [],
      };
      const compiled = compileRoute(lookups, scope, route);
      const problem = judgeRules(compiled);
      const placements: Placement[] = [];
      const parents = ours.map(({ reference, index, gateway }): ParentOutcome => {
        const attachment = attach(attaching, gateway, reference);
        placements.push(...attachment.placements);
        for (const listener of attachment.listeners) scope.emit(options.attached, `${gateway.id}/${listener}`, true);
        const accepted = attachment.accepted.status === "True" && problem ? problem : attachment.accepted;
        return { index, controller: gateway.controller, accepted, listeners: attachment.listeners };
      });
      for (const { listener, host } of placements) {
        const part = { chain: listener.chain, host, object: compiled.object, routes: compiled.routesFor(listener) };
        scope.emit(options.parts, `${part.chain}|${host}`, part);
      }
      if (placements.length > 0) {
        for (const reference of compiled.references) scope.emit(options.backends, reference.name, reference);
      }
      return { parents, resolvedRefs: judgeReferences(compiled), unresolved: compiled.unresolved };
    },
  });
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
