import {
  type Gateway,
  type GatewayClass,
  type GRPCRoute,
  type HTTPRoute,
  type KubernetesObject,
  objectKey,
} from "@fairlead/kubernetes-types";

/** A route in `default` that sends a path to a Service. */
export function route(name: string, path = "/"): HTTPRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name, namespace: "default" },
    spec: {
      parentRefs: [{ name: "edge" }],
      rules: [
        { matches: [{ path: { type: "PathPrefix", value: path } }], backendRefs: [{ name: "details", port: 9080 }] },
      ],
    },
  };
}

/** A gRPC route in `default` that sends a service to a Service. */
export function grpcRoute(name: string): GRPCRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GRPCRoute",
    metadata: { name, namespace: "default" },
    spec: {
      parentRefs: [{ name: "edge" }],
      rules: [
        { matches: [{ method: { service: "helloworld.Greeter" } }], backendRefs: [{ name: "greeter", port: 50051 }] },
      ],
    },
  };
}

/** A Gateway in `default` with one HTTP listener. */
export function gateway(name: string): Gateway {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name, namespace: "default" },
    spec: { gatewayClassName: "shared", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
  };
}

/** A class of ours. */
export function gatewayClass(name: string): GatewayClass {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name },
    spec: { controllerName: "fairlead.dev/gateway-controller" },
  };
}

/** Its key in a bundle. */
export function keyOf(object: Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">): string {
  return objectKey(object);
}
