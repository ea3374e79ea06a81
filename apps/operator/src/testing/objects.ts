import type { Gateway, HTTPRoute, Ingress, Service } from "@fairlead/kubernetes-types";

/** A Gateway with one plain listener. */
export function gateway(name: string, spec: Partial<Gateway["spec"]> = {}): Gateway {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name, namespace: "default" },
    spec: { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }], ...spec },
  };
}

/** A route of everything on one host to `web:80`, with whatever else its one match says. */
export function httpRoute(name: string, parent: string, match: object = {}): HTTPRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name, namespace: "default" },
    spec: {
      parentRefs: [{ name: parent }],
      hostnames: [`${name}.test`],
      rules: [
        { matches: [{ path: { type: "PathPrefix", value: "/" }, ...match }], backendRefs: [{ name: "web", port: 80 }] },
      ],
    },
  };
}

/** The Service all routes lead to. */
export function service(name = "web"): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { ports: [{ name: "http", port: 80 }] },
  };
}

/** An Ingress of everything to `web:80`. */
export function ingress(
  name: string,
  annotations: Readonly<Record<string, string>> = {},
  ingressClassName = "fairlead",
): Ingress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "default", annotations },
    spec: {
      ingressClassName,
      rules: [
        {
          http: {
            paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
          },
        },
      ],
    },
  };
}
