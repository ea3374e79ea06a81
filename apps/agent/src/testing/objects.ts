import type {
  EndpointSlice,
  Gateway,
  GatewayClass,
  GatewayListener,
  HTTPRoute,
  HTTPRouteRule,
  KubernetesObject,
  ObjectKey,
  Service,
} from "@fairlead/kubernetes-types";
import { GATEWAY_CLASS, objectKey, REVISION_ANNOTATION } from "@fairlead/kubernetes-types";
import type { ObjectChange } from "@fairlead/mesh-model";

/** Short ways to write objects in tests; everything lives in the namespace `default`. */

let generation = 0;

function meta(name: string, revision?: string) {
  return {
    name,
    namespace: "default",
    uid: name,
    generation: ++generation,
    creationTimestamp: "2026-01-01T00:00:00Z",
    ...(revision === undefined ? {} : { annotations: { [REVISION_ANNOTATION]: revision } }),
  };
}

export function gatewayClass(): GatewayClass {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: GATEWAY_CLASS.class, uid: "class", generation: 1 },
    spec: { controllerName: GATEWAY_CLASS.controller },
  };
}

/** A Gateway with one HTTP listener, at 127.0.0.1 unless told otherwise. */
export function gateway(
  name: string,
  port: number,
  parts: { revision?: string; addresses?: readonly string[]; listeners?: readonly GatewayListener[] } = {},
): Gateway {
  const http = { name: "http", port, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } } as const;
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: meta(name, parts.revision),
    spec: { gatewayClassName: GATEWAY_CLASS.class, listeners: parts.listeners ?? [http] },
    status: { addresses: (parts.addresses ?? ["127.0.0.1"]).map((value) => ({ type: "IPAddress", value })) },
  };
}

/** An HTTPRoute of one host. */
export function httpRoute(
  name: string,
  host: string,
  rules: readonly HTTPRouteRule[],
  parts: { revision?: string; gateway?: string } = {},
): HTTPRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: meta(name, parts.revision),
    spec: { parentRefs: [{ name: parts.gateway ?? "gw" }], hostnames: [host], rules },
  };
}

/** A rule that sends a path prefix to a Service's port 80. */
export function toService(service: string, prefix = "/"): HTTPRouteRule {
  return {
    matches: [{ path: { type: "PathPrefix", value: prefix } }],
    backendRefs: [{ name: service, port: 80 }],
  };
}

/** A Service of port 80 and its one endpoint on loopback. */
export function service(name: string, port: number): [Service, EndpointSlice] {
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta(name),
      spec: { ports: [{ name: "http", port: 80, protocol: "TCP" }] },
    },
    endpoints(name, [port]),
  ];
}

/** Where a Service's pods are, one per port of loopback. */
export function endpoints(name: string, ports: readonly number[]): EndpointSlice {
  const [port = 1] = ports;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...meta(`${name}-1`), labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "http", port, protocol: "TCP" }],
    endpoints: ports.length === 0 ? [] : [{ addresses: ["127.0.0.1"], conditions: { ready: true } }],
  };
}

/** Each object as a change that brings it. */
export function present(...objects: readonly KubernetesObject[]): ObjectChange[] {
  return objects.map((object) => ({ key: objectKey(object), object }));
}

/** Each object as a change that takes it away. */
export function absent(...keys: readonly ObjectKey[]): ObjectChange[] {
  return keys.map((key) => ({ key, object: undefined }));
}

/** Key of an HTTPRoute in `default`. */
export function routeKey(name: string): ObjectKey {
  return `gateway.networking.k8s.io/HTTPRoute/default/${name}`;
}

/** Key of a Gateway in `default`. */
export function gatewayKey(name: string): ObjectKey {
  return `gateway.networking.k8s.io/Gateway/default/${name}`;
}
