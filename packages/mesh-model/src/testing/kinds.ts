import type { Gateway, GatewayClass, HTTPRoute, KubernetesObject } from "@fairlead/kubernetes-types";

export function isGatewayClass(object: KubernetesObject): object is GatewayClass {
  return object.kind === "GatewayClass";
}

export function isGateway(object: KubernetesObject): object is Gateway {
  return object.kind === "Gateway";
}

export function isHttpRoute(object: KubernetesObject): object is HTTPRoute {
  return object.kind === "HTTPRoute";
}
