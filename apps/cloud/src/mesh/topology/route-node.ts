import type { GRPCRoute, HTTPBackendRef, HTTPRoute, KubernetesObject } from "@fairlead/kubernetes-types";
import type { RouteView } from "@fairlead/mesh-model";
import { drawBackend, ownWords } from "./backend-nodes.ts";
import { type Drawing, drawEdge, drawObject, type Finding, intentOf, listenerId, worst } from "./drawing.ts";

/** A route of Gateway API. */
type AnyRoute = HTTPRoute | GRPCRoute;

/** Whether an object is a route of Gateway API. */
export function isRoute(object: KubernetesObject): object is AnyRoute {
  return (object.kind === "HTTPRoute" || object.kind === "GRPCRoute") && "spec" in object;
}

/** Draws a route, the listeners that lead to it and the Services it leads to. */
export function routeNode(drawing: Drawing, route: AnyRoute): void {
  const { name, namespace = "" } = route.metadata;
  const id = `${namespace}/${name}`;
  const view = viewOf(drawing, route, id);
  if (view === undefined && intentOf(route) === null) return;
  const node = { id: `route:${route.kind}/${id}`, type: "route" } as const;
  drawObject(drawing, route, node, worst(view === undefined ? [unattached(route)] : findingsOf(drawing, view)));
  for (const parent of view?.parents ?? []) {
    const reference = route.spec.parentRefs?.[parent.index];
    if (reference === undefined) continue;
    const gateway = `${reference.namespace ?? namespace}/${reference.name}`;
    for (const listener of parent.listeners) drawEdge(drawing, listenerId(gateway, listener), node.id, null);
  }
  const problems = new Map((view?.unresolved ?? []).map((one) => [one.field, ownWords(one)]));
  for (const [ruleIndex, rule] of (route.spec.rules ?? []).entries()) {
    const refs: readonly HTTPBackendRef[] = rule.backendRefs ?? [];
    for (const [index, ref] of refs.entries()) {
      if ((ref.group ?? "") !== "" || (ref.kind ?? "Service") !== "Service" || ref.port === undefined) continue;
      const service = { namespace: ref.namespace ?? namespace, name: ref.name, port: ref.port };
      const problem = problems.get(`spec.rules[${ruleIndex}].backendRefs[${index}]`);
      const to = drawBackend(drawing, service, problem);
      drawEdge(drawing, node.id, to, refs.length > 1 ? (ref.weight ?? 1) : null);
    }
  }
}

function viewOf({ index }: Drawing, route: AnyRoute, id: string): RouteView | undefined {
  return route.kind === "HTTPRoute" ? index.httpRoute(id) : index.grpcRoute(id);
}

function unattached(route: AnyRoute): Finding {
  if ((route.spec.parentRefs ?? []).length === 0) return { state: "warning", detail: "spec.parentRefs is empty" };
  const names = (route.spec.parentRefs ?? []).map((parent) => parent.name).join(", ");
  return { state: "error", detail: `spec.parentRefs: no Gateway ${names} that Fairlead answers for` };
}

function findingsOf({ isObserved }: Drawing, { parents, resolvedRefs }: RouteView): Finding[] {
  const refused = parents.filter(({ accepted }) => accepted.status !== "True");
  const isAttached = refused.length < parents.length;
  const findings: Finding[] = refused.map(({ index, accepted }) => ({
    state: isAttached ? "warning" : "error",
    detail: `spec.parentRefs[${index}]: ${accepted.message}`,
  }));
  if (resolvedRefs.status === "False" && isObserved) findings.push({ state: "error", detail: resolvedRefs.message });
  if (!isObserved) findings.push({ state: "unknown", detail: "the cluster has not told of its Services" });
  return findings;
}
