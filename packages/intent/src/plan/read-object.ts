import {
  GATEWAY_GROUP,
  type Gateway,
  type GRPCRoute,
  type HTTPRoute,
  type Ingress,
  type KubernetesObject,
  type ObjectKey,
  type ParentReference,
  parseObjectKey,
} from "@fairlead/kubernetes-types";
import type { MeshIndex, RouteView } from "@fairlead/mesh-model";

/** The object as a Gateway; undefined when it is none. */
export function asGateway(object: KubernetesObject | undefined): Gateway | undefined {
  return object !== undefined && isGateway(object) ? object : undefined;
}

/** The object as a route of Gateway API; undefined when it is none. */
export function asRoute(object: KubernetesObject | undefined): HTTPRoute | GRPCRoute | undefined {
  return object !== undefined && isRoute(object) ? object : undefined;
}

/** The object as an Ingress; undefined when it is none. */
export function asIngress(object: KubernetesObject | undefined): Ingress | undefined {
  return object !== undefined && isIngress(object) ? object : undefined;
}

/** `<namespace>/<name>` of the Gateway a parent reference names; undefined when it names something else. */
export function gatewayIdOf(
  { group = GATEWAY_GROUP, kind = "Gateway", namespace, name }: ParentReference,
  ownNamespace: string,
): string | undefined {
  return group === GATEWAY_GROUP && kind === "Gateway" ? `${namespace ?? ownNamespace}/${name}` : undefined;
}

/** What became of a route of either kind; undefined when none of its parents is served by us. */
export function routeView(index: MeshIndex, key: ObjectKey): RouteView | undefined {
  const { kind, namespace, name } = parseObjectKey(key) ?? { kind: "", namespace: "", name: "" };
  const id = `${namespace}/${name}`;
  if (kind === "GRPCRoute") return index.grpcRoute(id);
  return kind === "HTTPRoute" ? index.httpRoute(id) : undefined;
}

/** The key of a Gateway by `<namespace>/<name>`. */
export function gatewayKey(id: string): ObjectKey {
  return `${GATEWAY_GROUP}/Gateway/${id}`;
}

/** `<namespace>/<name>` of a namespaced object. */
export function idOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function isGateway(object: KubernetesObject): object is Gateway {
  return object.kind === "Gateway";
}

function isRoute(object: KubernetesObject): object is HTTPRoute | GRPCRoute {
  return object.kind === "HTTPRoute" || object.kind === "GRPCRoute";
}

function isIngress(object: KubernetesObject): object is Ingress {
  return object.kind === "Ingress";
}
