import type { Gateway, GatewayClass, GRPCRoute, HTTPRoute, KubernetesObject } from "@fairlead/kubernetes-types";

export function isGatewayClass(object: KubernetesObject): object is GatewayClass {
  return object.kind === "GatewayClass";
}

export function isGateway(object: KubernetesObject): object is Gateway {
  return object.kind === "Gateway";
}

export function isRoute(object: KubernetesObject): object is HTTPRoute | GRPCRoute {
  return object.kind === "HTTPRoute" || object.kind === "GRPCRoute";
}
