import { type KubernetesObject, objectKey } from "@fairlead/kubernetes-types";
import fc from "fast-check";
import type { ObjectChange } from "../delta.ts";
import { fixtureBase64 } from "./load-objects.ts";

// A small world in which names meet often: two namespaces, two Gateways, a handful of everything else.
const namespace = fc.constantFrom("a", "b");
const host = fc.constantFrom("x.test", "y.test", "*.test", "*.x.test", "q.x.test", undefined);
const path = fc.constantFrom("/", "/one", "/one/", "/two");
const age = fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z");
const serviceName = fc.constantFrom("s1", "s2");
const secretName = fc.constantFrom("c1", "c2");

type Body = Omit<KubernetesObject, "apiVersion" | "kind" | "metadata"> & Record<string, unknown>;

function object(
  apiVersion: string,
  kind: string,
  metadata: fc.Arbitrary<KubernetesObject["metadata"]>,
  body: fc.Arbitrary<Body>,
): fc.Arbitrary<KubernetesObject> {
  return fc.tuple(metadata, body).map(([meta, rest]) => ({ apiVersion, kind, metadata: meta, ...rest }));
}

function named(...names: string[]): fc.Arbitrary<KubernetesObject["metadata"]> {
  return fc.record({ name: fc.constantFrom(...names), namespace, creationTimestamp: age });
}

const listener = fc.record({
  name: fc.constantFrom("l1", "l2", "l3"),
  port: fc.constantFrom(80, 443),
  protocol: fc.constantFrom("HTTP", "HTTPS", "TCP"),
  hostname: host,
  tls: fc.record({ certificateRefs: fc.array(fc.record({ name: secretName, namespace }), { maxLength: 2 }) }),
  allowedRoutes: fc.record({
    namespaces: fc.constantFrom(
      { from: "All" },
      { from: "Same" },
      { from: "Selector", selector: { matchLabels: { team: "red" } } },
    ),
  }),
});
const gateway = object(
  "gateway.networking.k8s.io/v1",
  "Gateway",
  named("g1", "g2"),
  fc.record({
    spec: fc.record({
      gatewayClassName: fc.constantFrom("fairlead", "other"),
      listeners: fc.uniqueArray(listener, { selector: ({ name }) => name, maxLength: 3 }),
    }),
    status: fc.record({
      addresses: fc.array(fc.record({ value: fc.constantFrom("127.0.0.2", "127.0.0.3") }), { maxLength: 2 }),
    }),
  }),
);
const filter = fc.constantFrom(
  { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "X", value: "1" }] } },
  { type: "RequestRedirect", requestRedirect: { scheme: "https" } },
  { type: "URLRewrite", urlRewrite: { hostname: "h.test" } },
  { type: "RequestMirror", requestMirror: { backendRef: { name: "s1", port: 80 } } },
);
const backendRef = fc.record({ name: serviceName, namespace, port: fc.constantFrom(80, 81), weight: fc.nat(2) });
const mirror = fc
  .tuple(backendRef, fc.integer({ min: 0, max: 100 }))
  .map(([ref, percent]) => ({ type: "RequestMirror", requestMirror: { backendRef: ref, percent } }));
const rule = fc.record({
  matches: fc.array(fc.record({ path: fc.record({ type: fc.constantFrom("Exact", "PathPrefix"), value: path }) }), {
    maxLength: 2,
  }),
  filters: fc.array(fc.oneof(filter, mirror), { maxLength: 2 }),
  backendRefs: fc.array(backendRef, { maxLength: 2 }),
});
const httpRoute = object(
  "gateway.networking.k8s.io/v1",
  "HTTPRoute",
  named("r1", "r2", "r3"),
  fc.record({
    spec: fc.record({
      parentRefs: fc.array(
        fc.record({ name: fc.constantFrom("g1", "g2"), namespace, sectionName: fc.constantFrom("l1", undefined) }),
        { maxLength: 2 },
      ),
      hostnames: fc.array(
        host.map((name) => name ?? "z.test"),
        { maxLength: 2 },
      ),
      rules: fc.array(rule, { maxLength: 2 }),
    }),
  }),
);
const grpcRoute = object(
  "gateway.networking.k8s.io/v1",
  "GRPCRoute",
  named("r1", "r2"),
  fc.record({
    spec: fc.record({
      parentRefs: fc.array(
        fc.record({ name: fc.constantFrom("g1", "g2"), namespace, sectionName: fc.constantFrom("l1", undefined) }),
        { maxLength: 2 },
      ),
      hostnames: fc.array(
        host.map((name) => name ?? "z.test"),
        { maxLength: 2 },
      ),
      rules: fc.array(
        fc.record({
          matches: fc.array(
            fc.record({
              method: fc.constantFrom(
                { service: "a.B", method: "C" },
                { service: "a.B" },
                { method: "C" },
                { type: "RegularExpression", service: "a.*" },
                undefined,
              ),
            }),
            { maxLength: 2 },
          ),
          filters: fc.array(mirror, { maxLength: 1 }),
          backendRefs: fc.array(backendRef, { maxLength: 2 }),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
);
const backend = fc.record({
  service: fc.record({ name: serviceName, port: fc.record({ number: fc.constantFrom(80, 81) }) }),
});
const ingress = object(
  "networking.k8s.io/v1",
  "Ingress",
  fc.record({
    name: fc.constantFrom("i1", "i2", "i3"),
    namespace,
    creationTimestamp: age,
    annotations: fc.constantFrom(
      {},
      { "ingress.cilium.io/force-https": "disabled" },
      { "ingress.cilium.io/loadbalancer-mode": "dedicated" },
      { "ingress.cilium.io/loadbalancer-mode": "dedicated", "ingress.cilium.io/host-listener-port": "80" },
    ),
  }),
  fc.record({
    spec: fc.record({
      ingressClassName: fc.constantFrom("fairlead", "other", undefined),
      defaultBackend: fc.option(backend, { nil: undefined }),
      tls: fc.array(
        fc.record({
          hosts: fc.array(
            host.map((name) => name ?? "z.test"),
            { maxLength: 2 },
          ),
          secretName,
        }),
        { maxLength: 2 },
      ),
      rules: fc.array(
        fc.record({
          host,
          http: fc.record({
            paths: fc.array(
              fc.record({ path, pathType: fc.constantFrom("Prefix", "Exact", "ImplementationSpecific"), backend }),
              { maxLength: 2 },
            ),
          }),
        }),
        { maxLength: 2 },
      ),
    }),
    status: fc.record({
      loadBalancer: fc.record({
        ingress: fc.array(fc.record({ ip: fc.constantFrom("127.0.0.4", "127.0.0.5") }), { maxLength: 1 }),
      }),
    }),
  }),
);
const service = object(
  "v1",
  "Service",
  named("s1", "s2"),
  fc.record({
    spec: fc.record({
      ports: fc.constantFrom(
        [{ name: "http", port: 80 }],
        [
          { name: "http", port: 80, appProtocol: "kubernetes.io/h2c" },
          { name: "alt", port: 81 },
        ],
      ),
    }),
  }),
);
const slice = object(
  "discovery.k8s.io/v1",
  "EndpointSlice",
  fc.record({
    name: fc.constantFrom("e1", "e2", "e3"),
    namespace,
    labels: serviceName.map((name) => ({ "kubernetes.io/service-name": name })),
  }),
  fc.record({
    addressType: fc.constantFrom("IPv4", "IPv6"),
    ports: fc.constantFrom(
      [{ name: "http", port: 8080 }],
      [
        { name: "http", port: 8080 },
        { name: "alt", port: 8081 },
      ],
    ),
    endpoints: fc.array(
      fc.record({
        addresses: fc.constantFrom(["10.0.0.1"], ["10.0.0.2"], ["10.0.0.3"]),
        conditions: fc.constantFrom({}, { ready: true }, { ready: false }),
      }),
      { maxLength: 3 },
    ),
  }),
);
const secret = object(
  "v1",
  "Secret",
  named("c1", "c2"),
  fc.record({
    type: fc.constant("kubernetes.io/tls"),
    data: fc.record({
      "tls.crt": fc.constantFrom(fixtureBase64("one.crt.pem"), fixtureBase64("two.crt.pem")),
      "tls.key": fc.constant(fixtureBase64("one.key.pem")),
    }),
  }),
);
const namespaceObject = object(
  "v1",
  "Namespace",
  fc.record({ name: namespace, labels: fc.constantFrom({ team: "red" }, { team: "blue" }) }),
  fc.constant({}),
);
const grant = object(
  "gateway.networking.k8s.io/v1beta1",
  "ReferenceGrant",
  named("p1", "p2"),
  fc.record({
    spec: fc.constantFrom(
      {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "a" }],
        to: [{ group: "", kind: "Service" }],
      },
      {
        from: [{ group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "b" }],
        to: [{ group: "", kind: "Secret", name: "c1" }],
      },
    ),
  }),
);
const classMeta = fc.constantFrom("fairlead", "other").map((name) => ({ name }));
const gatewayClass = object(
  "gateway.networking.k8s.io/v1",
  "GatewayClass",
  classMeta,
  fc
    .constantFrom("fairlead.dev/gateway-controller", "elsewhere")
    .map((controllerName) => ({ spec: { controllerName } })),
);
const ingressClass = object(
  "networking.k8s.io/v1",
  "IngressClass",
  fc.record({
    name: fc.constantFrom("fairlead", "other"),
    annotations: fc.constantFrom({}, { "ingressclass.kubernetes.io/is-default-class": "true" }),
  }),
  fc.constantFrom("fairlead.dev/ingress-controller", "elsewhere").map((controller) => ({ spec: { controller } })),
);

const node = object(
  "v1",
  "Node",
  fc.record({ name: fc.constantFrom("n1", "n2"), labels: fc.constantFrom({}, { edge: "yes" }) }),
  fc.record({
    status: fc.record({
      addresses: fc.constantFrom(
        [],
        [{ type: "InternalIP", address: "10.1.0.1" }],
        [
          { type: "Hostname", address: "n" },
          { type: "InternalIP", address: "fd00::1" },
          { type: "InternalIP", address: "10.1.0.2" },
        ],
      ),
      conditions: fc.constantFrom([{ type: "Ready", status: "True" }], [{ type: "Ready", status: "False" }], []),
    }),
  }),
);

/** Any object of a kind that matters to the index. */
export const anyObject: fc.Arbitrary<KubernetesObject> = fc.oneof(
  gateway,
  httpRoute,
  httpRoute,
  grpcRoute,
  ingress,
  ingress,
  service,
  slice,
  secret,
  namespaceObject,
  grant,
  gatewayClass,
  ingressClass,
  node,
);

/** An object that comes or changes or, one time in four, goes. */
export const anyChange: fc.Arbitrary<ObjectChange> = fc
  .tuple(anyObject, fc.nat(3))
  .map(([value, dice]) => ({ key: objectKey(value), object: dice === 0 ? undefined : value }));
