import type { DataPlane } from "@fairlead/contract";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import { readPlanCase } from "../testing/plan-case.ts";
import type { Intent } from "../types.ts";
import { planChanges } from "./plan-changes.ts";
import type { KnownFact, PlanBasis } from "./types.ts";

const CLUSTERS = 20;
const CHANGES = 10;
const names = Array.from({ length: CLUSTERS }, (_, index) => `c${String(index).padStart(2, "0")}`);

// What a plan costs is counted, not timed: clusters that are alike are judged once, a difference costs what it touches.
describe("a fleet", () => {
  test("of clusters that are alike costs as much as one of them", () => {
    const result = planChanges(fleet([]));
    expect(result.clusters).toHaveLength(CLUSTERS);
    expect(result.clusters.flatMap(({ objects }) => objects)).toHaveLength(CLUSTERS * CHANGES);
    expect(result.findings).toEqual([]);
    // The Gateway, each route as it is and as it would be; one piece for each host.
    expect(result.work).toEqual({ renderings: 1 + 2 * CHANGES, judgements: CHANGES });
  });

  test("in which some lack a Service: only what refers to it is judged again", () => {
    const result = planChanges(fleet(["c03", "c07"]));
    expect(result.work).toEqual({ renderings: 1 + 2 * CHANGES, judgements: CHANGES + 1 });
    expect(result.findings.map(({ code, clusterName, subject }) => `${code} ${clusterName} ${subject?.name}`)).toEqual([
      "backend_not_found c03 r4",
      "backend_not_found c07 r4",
    ]);
  });

  test("whose Services differ in what no route asks for costs as much as one cluster", () => {
    const basis = fleet([]);
    const apart = basis.facts.flatMap(({ object, clusters }): KnownFact[] =>
      object.kind !== "Service"
        ? [{ object, clusters }]
        : clusters.map((cluster, index) => ({
            object: service(object.metadata.name, 9_000 + index),
            clusters: [cluster],
          })),
    );
    const result = planChanges({ ...basis, facts: apart });
    expect(result.work).toEqual({ renderings: 1 + 2 * CHANGES, judgements: CHANGES });
    expect(result.findings).toEqual([]);
  });

  test("whose nodes differ costs as much as one cluster, until a Gateway changes: then who has which port is judged for each", () => {
    const basis = fleet([]);
    const clusters = basis.clusters.map((one, index) => ({ ...one, dataPlane: onNodes(`rack-${index % 2}`) }));
    const routes = planChanges({ ...basis, clusters });
    expect(routes.work).toEqual({ renderings: 1 + 2 * CHANGES, judgements: CHANGES });
    const other = { ...gateway, name: "other", spec: { ...gateway.spec, listeners: [listener(81)] } };
    const added = { kind: other.kind, namespace: other.namespace, name: other.name, before: undefined, after: other };
    const more = planChanges({ ...basis, clusters, changes: [...basis.changes, added] });
    // The new Gateway in its own piece; the ports of the nodes of either rack.
    expect(more.work.judgements).toBe(CHANGES + 1 + 2);
    expect(more.findings).toEqual([]);
  });

  test("neighbours on other hosts are not looked at", () => {
    const alone = planChanges(fleet([]));
    const crowded = planChanges(fleet([], 500));
    expect(crowded.work.judgements).toBe(alone.work.judgements);
    expect(crowded.findings).toEqual([]);
  });
});

/** One Gateway, a route on each host, an edit of each; `without`: clusters that lack the Service of the fifth. */
function fleet(without: readonly string[], neighbours = 0): PlanBasis {
  const route = (name: string, host: string, weight: number) =>
    `{kind: HTTPRoute, name: ${name}, spec: {parentRefs: [{name: web}], hostnames: [${host}], rules: [{backendRefs: [{name: s-${name}, port: 80, weight: ${weight}}]}]}}`;
  const edited = Array.from({ length: CHANGES }, (_, index) => [`r${index}`, `h${index}.example`] as const);
  const others = Array.from({ length: neighbours }, (_, index) => [`n${index}`, `n${index}.example`] as const);
  const text = `
clusters: [${names.map((name) => `{name: ${name}}`).join(", ")}]
intents:
- {kind: Gateway, name: web, spec: {gatewayClassName: fairlead, listeners: [{name: http, port: 80, protocol: HTTP}]}}
${[...edited, ...others].map(([name, host]) => `- ${route(name, host, 1)}`).join("\n")}
changes:
${edited.map(([name, host]) => `- ${route(name, host, 2)}`).join("\n")}
`;
  const { basis } = readPlanCase(text);
  const facts: KnownFact[] = [
    { object: gatewayClass, clusters: names },
    ...edited.map(([name]) => ({
      object: service(`s-${name}`),
      clusters: names.filter((cluster) => name !== "r4" || !without.includes(cluster)),
    })),
  ];
  return { ...basis, facts, reporting: new Set(names) };
}

const listener = (port: number) => ({ name: "http", port, protocol: "HTTP" });
const gateway: Intent = {
  id: "",
  kind: "Gateway",
  namespace: "default",
  name: "web",
  labels: {},
  annotations: {},
  placement: { clusterSelector: { matchLabels: {}, matchExpressions: [] } },
  spec: { gatewayClassName: "fairlead", listeners: [] },
};

/** Our own data plane, on nodes with a label. */
function onNodes(rack: string): DataPlane {
  const matchLabels = { rack };
  return {
    kind: "bundled",
    ciliumClasses: false,
    ingress: { forceHttps: true, loadBalancerMode: "shared" },
    secretNamespaces: null,
    hostNetwork: {
      gateways: { matchLabels },
      ingresses: { matchLabels, sharedListenerPort: 8080 },
      envoyMetricsPort: 9964,
    },
  };
}

const gatewayClass: KubernetesObject & { readonly spec: object } = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "GatewayClass",
  metadata: { name: "fairlead" },
  spec: { controllerName: "fairlead.dev/gateway-controller" },
};

function service(name: string, ...more: number[]): KubernetesObject {
  const spec = { ports: [80, ...more].map((port) => ({ port })) };
  const object = { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "default" }, spec };
  return object;
}
