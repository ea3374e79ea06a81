import fc from "fast-check";
import type { MeshObject } from "./mesh-object.ts";
import { ages, hosts, namespaces, routePaths } from "./vocabulary.ts";

const hostname = fc.option(hosts, { nil: undefined, freq: 3 });
const secretName = fc.constantFrom("c1", "c2", "weak", "missing");

const listener = fc
  .record({
    port: fc.constantFrom(80, 80, 443, 8080),
    hostname,
    secrets: fc.array(secretName, { minLength: 1, maxLength: 2 }),
    from: fc.constantFrom("All", "All", "Same", "Selector"),
  })
  .map(({ port, secrets, from, ...rest }) => ({
    ...rest,
    port,
    protocol: port === 443 ? "HTTPS" : "HTTP",
    ...(port === 443 && { tls: { certificateRefs: secrets.map((name) => ({ name })) } }),
    allowedRoutes: {
      namespaces: { from, ...(from === "Selector" && { selector: { matchLabels: { team: "red" } } }) },
    },
  }));

const gateway = fc
  .record({
    name: fc.constantFrom("g1", "g2"),
    namespace: namespaces,
    creationTimestamp: ages,
    listeners: fc.array(listener, { minLength: 1, maxLength: 5 }),
  })
  .map(
    ({ listeners, ...metadata }): MeshObject => ({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata,
      spec: {
        gatewayClassName: "fairlead",
        listeners: listeners.map((spec, index) => ({ name: `l${index}`, ...spec })),
      },
    }),
  );

/** Gateways without addresses. */
export const gateways = fc.uniqueArray(gateway, { minLength: 1, maxLength: 3, selector: identity });

const backend = fc
  .constantFrom("s1", "s2", "empty", "gone")
  .map((name) => ({ service: { name, port: { number: 80 } } }));

const ingressPath = fc.oneof(
  fc.record({ path: routePaths, pathType: fc.constantFrom("Prefix", "Exact"), backend }),
  fc.record({
    path: fc.constantFrom("/one", "/one/.*", "/", "/t.o", ""),
    pathType: fc.constant("ImplementationSpecific"),
    backend,
  }),
);

const ingress = fc
  .record({
    name: fc.constantFrom("i1", "i2", "i3"),
    namespace: namespaces,
    creationTimestamp: ages,
    dedicated: fc.nat(3),
    forceHttps: fc.option(fc.constantFrom("enabled", "disabled"), { nil: undefined }),
    tls: fc.array(fc.record({ hosts: fc.array(hosts, { maxLength: 2 }), secretName }), { maxLength: 2 }),
    rules: fc.array(
      fc.record({ host: hostname, http: fc.record({ paths: fc.array(ingressPath, { minLength: 1, maxLength: 4 }) }) }),
      { maxLength: 3 },
    ),
    defaultBackend: fc.option(backend, { nil: undefined, freq: 2 }),
  })
  .map(
    ({ dedicated, forceHttps, tls, rules, defaultBackend, ...metadata }): MeshObject => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        ...metadata,
        annotations: {
          ...(dedicated === 1 && { "ingress.cilium.io/loadbalancer-mode": "dedicated" }),
          ...(forceHttps && { "ingress.cilium.io/force-https": forceHttps }),
        },
      },
      spec: { ingressClassName: "fairlead", tls, rules, ...(defaultBackend && { defaultBackend }) },
    }),
  );

/** Ingresses without addresses. */
export const ingresses = fc.uniqueArray(ingress, { maxLength: 3, selector: identity });

function identity({ metadata: { namespace, name } }: MeshObject): string {
  return `${namespace}/${name}`;
}
