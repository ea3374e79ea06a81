import { resources } from "@fairlead/kubernetes";
import type { EndpointSlice, Node, Service } from "@fairlead/kubernetes-types";
import { eventually, tempDir } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConnector, TestApiServer } from "../testing/test-connector.ts";
import { TestHub } from "../testing/test-hub.ts";
import { keyOf, route } from "../testing/test-objects.ts";

let stack: AsyncDisposableStack;
let api: TestApiServer;
let hub: TestHub;
let env: Record<string, string>;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  api = stack.use(await TestApiServer.start());
  hub = stack.use(await TestHub.start());
  const directory = stack.use(await tempDir("connector"));
  env = { FAIRLEAD_STATE_DIR: directory.path, FAIRLEAD_CLOUD_URL: hub.url };
});
afterAll(() => stack?.disposeAsync());

const service = (name: string, port = 80): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { ports: [{ port }] },
});
const slice = (ready: boolean): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "shop-1", namespace: "default", labels: { "kubernetes.io/service-name": "shop" } },
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready } }],
  ports: [{ port: 8080 }],
});
const fact = (key: string) => JSON.parse(hub.facts.get(key) ?? "null");

test("the hub learns what the cluster has, follows it, and is told nothing anew by a connector that comes back", async () => {
  await api.client.create(resources.services, service("shop"));
  await api.client.create(resources.endpointSlices, slice(true));
  await api.client.create(resources.secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "default" },
    data: { password: "c2VjcmV0" },
  });
  const foreign = route("foreign");
  await api.client.create(resources.httpRoutes, { ...foreign, metadata: { name: "foreign", namespace: "default" } });
  {
    await using _ = await startConnector(api, env);
    await eventually(() => expect(hub.facts.has("/Service/default/shop")).toBe(true));
    expect(fact("discovery.k8s.io/EndpointSlice/default/shop-1").endpoints).toEqual([{ addresses: ["10.0.0.1"] }]);
    expect(fact(keyOf(foreign)).spec).toBeDefined();
    expect([...hub.facts.values()].join()).not.toContain("c2VjcmV0");

    // Of what the cloud wrote itself, it is told what the cluster adds.
    const ours = route("ours");
    hub.write([[keyOf(ours), ours]]);
    await eventually(() => expect(fact(keyOf(ours)).metadata.creationTimestamp).toBeDefined());
    expect(fact(keyOf(ours))).not.toHaveProperty("spec");

    // Endpoints that come and go cost a message a second, not one each.
    const before = hub.factFrames;
    for (let round = 0; round < 20; round++) {
      const live = await api.client.get(resources.endpointSlices, { name: "shop-1", namespace: "default" });
      const { resourceVersion } = live.metadata;
      const metadata = { ...slice(true).metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
      await api.client.update(resources.endpointSlices, { ...slice(round % 2 === 1), metadata });
    }
    await api.client.create(resources.services, service("last"));
    await eventually(() => expect(hub.facts.has("/Service/default/last")).toBe(true));
    expect(hub.factFrames - before).toBeLessThan(12);

    await api.client.delete(resources.services, { name: "shop", namespace: "default" });
    await eventually(() => expect(hub.facts.has("/Service/default/shop")).toBe(false));
  }
  const known = new Map(hub.facts);
  const frames = hub.factFrames;
  const { sessions } = hub;
  await using _ = await startConnector(api, env);
  await eventually(() => expect(hub.sessions).toBe(sessions + 1));
  await eventually(() => expect(hub.factFrames).toBe(frames + 1));
  expect(hub.facts).toEqual(known);
});

test("of Nodes it is told where listeners on them are, and nothing of heartbeats; unless nobody listens there", async () => {
  const address = { type: "InternalIP", address: "10.0.0.1" };
  const node = (beat: number, status = "True"): Node => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1", labels: { zone: "a" } },
    status: {
      addresses: [{ type: "Hostname", address: "n1" }, address],
      conditions: [{ type: "Ready", status, lastHeartbeatTime: `2026-01-01T00:00:${10 + beat}Z` }],
    },
  });
  await api.client.create(resources.nodes, node(0));
  const replace = async (next: Node) => {
    const { resourceVersion } = (await api.client.get(resources.nodes, { name: "n1" })).metadata;
    const metadata = { ...next.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
    await api.client.update(resources.nodes, { ...next, metadata }, { subresource: "status" });
  };
  await replace(node(0));
  {
    await using _ = await startConnector(api, { ...env, FAIRLEAD_GATEWAY_HOST_NETWORK: "true" });
    await eventually(() => expect(fact("/Node//n1")).not.toBeNull());
    expect(fact("/Node//n1")).toEqual({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n1", labels: { zone: "a" } },
      status: { addresses: [address], conditions: [{ type: "Ready", status: "True" }] },
    });
    const frames = hub.factFrames;
    for (let beat = 1; beat < 10; beat++) await replace(node(beat));
    await api.client.create(resources.services, service("after-heartbeats"));
    await eventually(() => expect(hub.facts.has("/Service/default/after-heartbeats")).toBe(true));
    expect(hub.factFrames).toBe(frames + 1);
    await replace(node(0, "False"));
    await eventually(() => expect(fact("/Node//n1").status.conditions[0].status).toBe("False"));
  }
  await using _ = await startConnector(api, env);
  await eventually(() => expect(fact("/Node//n1")).toBeNull());
});
