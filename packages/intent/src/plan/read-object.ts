import {
  GATEWAY_GROUP,
  type Gateway,
  type HTTPRoute,
  type Ingress,
  type KubernetesObject,
  type ObjectKey,
  type ParentReference,
} from "@fairlead/kubernetes-types";

/** The object as a Gateway; undefined when it is none. */
export function asGateway(object: KubernetesObject | undefined): Gateway | undefined {
  return object !== undefined && isGateway(object) ? object : undefined;
}

/** The object as a route of Gateway API; undefined when it is none. */
export function asRoute(object: KubernetesObject | undefined): HTTPRoute | undefined {
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

function isRoute(object: KubernetesObject): object is HTTPRoute {
  return object.kind === "HTTPRoute";
}

function isIngress(object: KubernetesObject): object is Ingress {
  return object.kind === "Ingress";
}
