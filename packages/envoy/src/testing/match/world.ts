import fc from "fast-check";
import type { MeshObject } from "./mesh-object.ts";
import { gateways, ingresses } from "./random-entrances.ts";
import { grpcRoutes, httpRoutes } from "./random-routes.ts";

/** What users wrote: the part of a cluster that is drawn at random. */
export type World = readonly MeshObject[];

/** Gateways, routes and Ingresses in which names meet often; {@link FIXTURES} stand beside them. */
export const world: fc.Arbitrary<World> = fc
  .tuple(gateways, httpRoutes, grpcRoutes, ingresses, fc.boolean())
  .map(([entrances, routes, calls, others, granted]) => [
    ...entrances,
    ...routes,
    ...calls,
    ...others,
    ...(granted ? [GRANT] : []),
  ]);

const GRANT: MeshObject = {
  apiVersion: "gateway.networking.k8s.io/v1beta1",
  kind: "ReferenceGrant",
  metadata: { name: "from-a", namespace: "b" },
  spec: {
    from: ["HTTPRoute", "GRPCRoute"].map((kind) => ({ group: "gateway.networking.k8s.io", kind, namespace: "a" })),
    to: [{ group: "", kind: "Service" }],
  },
};

/** Names of the Services with endpoints. */
export const SERVICES = ["a/s1", "a/s2", "a/s3", "b/s1", "b/s2"] as const;

/** Secrets with a certificate that can be served, and one that Envoy refuses. */
export const SECRETS = ["a/c1", "a/c2", "b/c1", "a/weak"] as const;

/** What every world stands on; `ports` are those of the Services' backends, `certificates` those of the Secrets. */
export function fixtures(
  ports: ReadonlyMap<string, number>,
  certificates: ReadonlyMap<string, { readonly chain: string; readonly key: string }>,
): MeshObject[] {
  const objects: MeshObject[] = [
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "GatewayClass",
      metadata: { name: "fairlead" },
      spec: { controllerName: "fairlead.dev/gateway-controller" },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "fairlead" },
      spec: { controller: "fairlead.dev/ingress-controller" },
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "b", labels: { team: "red" } } },
    service("a", "empty"),
  ];
  for (const [id, port] of ports) {
    const [namespace = "", name = ""] = id.split("/");
    objects.push(service(namespace, name), {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      ports: [{ name: "http", port }],
      endpoints: [{ addresses: ["127.0.0.1"] }],
    });
  }
  for (const [id, { chain, key }] of certificates) {
    const [namespace = "", name = ""] = id.split("/");
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    objects.push({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace },
      type: "kubernetes.io/tls",
      data: { "tls.crt": base64(chain), "tls.key": base64(key) },
    });
  }
  return objects;
}

function service(namespace: string, name: string): MeshObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { ports: [{ name: "http", port: 80 }] },
  };
}
