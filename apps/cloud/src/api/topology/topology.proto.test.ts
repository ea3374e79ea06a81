import { eventually } from "@fairlead/testkit";
import { CERTIFICATE_KEY_PREFIX, FactBook } from "@fairlead/tunnel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinCluster } from "../../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../../testing/start-test-cloud.ts";

let cloud: TestCloud;
let tenant: TestTenant;
beforeAll(async () => {
  cloud = await startTestCloud();
  tenant = await cloud.tenant("acme");
  const intents = `/v1/projects/${tenant.project}`;
  const gateway = { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] };
  const route = { parentRefs: [{ name: "web" }], rules: [{ backendRefs: [{ name: "shop", port: 80 }] }] };
  await tenant.api.post(`${intents}/gateways`, { name: "web", spec: gateway });
  await tenant.api.post(`${intents}/http-routes`, { name: "shop", spec: route });
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const states = (body: { nodes: { id: string; state: string }[] }) =>
  Object.fromEntries(body.nodes.map(({ id, state }) => [id, state]));
const text = (apiVersion: string, kind: string, name: string, rest: object = {}) =>
  JSON.stringify({ apiVersion, kind, metadata: { name, namespace: "default" }, ...rest });

test("a cluster that never connected shows what is written for it, and does not pretend to know the rest", async () => {
  const { body: cluster } = await tenant.api.post("/v1/clusters", { name: "silent" });
  const { body } = await eventually(async () => {
    const answer = await tenant.api.get(`/v1/clusters/${cluster.id}/topology`);
    expect(answer.body.nodes).toHaveLength(4);
    return answer;
  });
  expect(body).toMatchObject({ observedAt: null, truncated: false });
  expect(body.nodes[0]).toMatchObject({
    type: "gateway",
    label: "web",
    state: "unknown",
    intent: expect.stringMatching(/^gw_/),
    project: tenant.project,
  });
  expect((await tenant.api.get(`/v1/clusters/${cluster.id}/certificates`)).body).toEqual({
    items: [],
    observedAt: null,
  });
});

test("follows what the cluster tells: a Service that goes turns the way to it red", async () => {
  const facts = new FactBook();
  const classKey = "gateway.networking.k8s.io/GatewayClass//fairlead";
  const spec = { controllerName: "fairlead.dev/gateway-controller" };
  const gatewayClass = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "fairlead" },
  };
  facts.set(classKey, JSON.stringify({ ...gatewayClass, spec }));
  const status = { status: { addresses: [{ value: "192.0.2.1" }] } };
  facts.set(
    "gateway.networking.k8s.io/Gateway/default/web",
    text("gateway.networking.k8s.io/v1", "Gateway", "web", status),
  );
  facts.set("/Service/default/shop", text("v1", "Service", "shop", { spec: { ports: [{ port: 80 }] } }));
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "shop-1", namespace: "default", labels: { "kubernetes.io/service-name": "shop" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.0.0.1"] }],
    ports: [{ port: 8080 }],
  };
  facts.set("discovery.k8s.io/EndpointSlice/default/shop-1", JSON.stringify(slice));
  const { cluster, connector } = await joinCluster(tenant.api, { name: "telling" }, { facts });
  await using _ = connector;
  const path = `/v1/clusters/${cluster}/topology`;
  await eventually(async () => {
    expect(states((await tenant.api.get(path)).body)).toEqual({
      "gateway:default/web": "ok",
      "listener:default/web/http": "ok",
      "route:HTTPRoute/default/shop": "ok",
      "service:default/shop:80": "ok",
      "endpoint:10.0.0.1:8080": "ok",
    });
  });
  facts.set("/Service/default/shop", undefined);
  connector.factsChanged(["/Service/default/shop"]);
  await eventually(async () => {
    const { body } = await tenant.api.get(path);
    expect(states(body)).toMatchObject({ "route:HTTPRoute/default/shop": "error", "service:default/shop:80": "error" });
    expect(body.nodes.at(-1).detail).toBe("Service default/shop does not exist");
  });

  // Certificates travel the same way, and name the intents that use them.
  const certificate = {
    namespace: "default",
    name: "tls",
    usedBy: ["gateway.networking.k8s.io/Gateway/default/web"],
    problem: "",
    facts: {
      names: ["shop.example"],
      notBefore: "2020-01-01T00:00:00Z",
      notAfter: "2021-01-01T00:00:00Z",
      issuer: "CN=CA",
      fingerprint: "ab",
    },
    nodes: ["n1"],
    otherNodes: [],
  };
  facts.set(`${CERTIFICATE_KEY_PREFIX}default/tls`, JSON.stringify(certificate));
  connector.factsChanged([`${CERTIFICATE_KEY_PREFIX}default/tls`]);
  await eventually(async () => {
    const { body } = await tenant.api.get(`/v1/clusters/${cluster}/certificates`);
    expect(body.items).toMatchObject([
      {
        name: "tls",
        state: "expired",
        notAfter: "2021-01-01T00:00:00.000Z",
        usedBy: [{ name: "web", intent: expect.stringMatching(/^gw_/), project: tenant.project }],
        nodes: ["n1"],
      },
    ]);
  });
});
