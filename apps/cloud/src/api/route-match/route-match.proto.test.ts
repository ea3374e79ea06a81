import { type ClusterId, idFromUuid, uuidFromId } from "@fairlead/contract";
import { acquireLease, applyFacts } from "@fairlead/database";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ON_NODES, tellDataPlane } from "../../testing/data-planes.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../../testing/start-test-cloud.ts";

let cloud: TestCloud;
let tenant: TestTenant;
let cluster: ClusterId;
let path: string;

beforeAll(async () => {
  cloud = await startTestCloud();
  tenant = await cloud.tenant("acme");
  const { body } = await tenant.api.post("/v1/clusters", { name: "one" });
  cluster = idFromUuid("clu", uuidFromId(body.id));
  path = `/v1/clusters/${cluster}/route-match`;
  const intents = `/v1/projects/${tenant.project}`;
  await tenant.api.post(`${intents}/gateways`, {
    name: "web",
    spec: { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
  });
  await tenant.api.post(`${intents}/http-routes`, {
    name: "shop",
    spec: {
      parentRefs: [{ name: "web" }],
      hostnames: ["shop.test"],
      rules: [{ matches: [{ path: { value: "/cart" } }], backendRefs: [{ name: "cart", port: 80 }] }],
    },
  });
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const ask = async (more: object = {}) =>
  (await tenant.api.post(path, { host: "shop.test", path: "/cart/1", ...more })).body;

/** The cluster tells of itself. */
async function tell(objects: readonly { key: string; object: object }[]) {
  await cloud.database.withTenant(tenant.organization, async (tx) => {
    const { fence } = await acquireLease(tx, { cluster, holder: "test", ttlMs: 60_000 });
    const upserts = objects.map(({ key, object }) => ({ key, body: JSON.stringify(object) }));
    const quota = { objects: 100, bytes: 100_000 };
    const range = { after: "", through: undefined };
    await applyFacts(tx, {
      cluster,
      fence,
      upserts,
      removals: [],
      range,
      digest: "x",
      leftOut: { EndpointSlice: 3 },
      quota,
    });
  });
}

// One story: what is known of the cluster grows, and the answers with it.
test("200: before a cluster has told of itself what it lacks is assumed and said; then it is what counts", async () => {
  const assumed = await eventually(async () => {
    const answer = await ask();
    expect(answer.route?.object).toBe("gateway.networking.k8s.io/HTTPRoute/default/shop");
    return answer;
  });
  expect(assumed).toMatchObject({
    listener: { gateway: "default/web", name: "http" },
    host: "shop.test",
    outcome: { type: "forward", backends: [{ backend: "default/cart:80", share: 1 }] },
    assumed: ["Gateway default/web has an address", "Service default/cart exists and has endpoints"],
    observedAt: null,
  });
  expect(assumed.revision).toMatch(/^\d+\.\d+$/);
  expect((await ask({ path: "/carton" })).outcome).toEqual({ type: "respond", status: 404, cause: "no-route" });

  const known = async () => (await tenant.api.get(`/v1/clusters/${cluster}`)).body.facts;
  expect(await known()).toBeNull();

  const gatewayClass = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "fairlead" },
    spec: { controllerName: "fairlead.dev/gateway-controller" },
  };
  const gateway = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "web", namespace: "default" },
    status: { addresses: [{ type: "IPAddress", value: "10.1.2.3" }] },
  };
  await tell([
    { key: "gateway.networking.k8s.io/GatewayClass//fairlead", object: gatewayClass },
    { key: "gateway.networking.k8s.io/Gateway/default/web", object: gateway },
  ]);
  const observed = await ask();
  expect(observed).toMatchObject({
    listener: { socket: "10.1.2.3:80" },
    outcome: { type: "respond", status: 500, cause: "no-usable-backend" },
    assumed: [],
  });
  expect(observed.observedAt).toMatch(/^\d{4}-/);
  expect(await known()).toEqual({ observedAt: observed.observedAt, leftOut: { EndpointSlice: 3 } });
});

test("200: where listeners are on the nodes, they answer at the nodes' addresses, known or assumed", async () => {
  const { body } = await tenant.api.post("/v1/clusters", { name: "on-nodes" });
  const nodes = idFromUuid("clu", uuidFromId(body.id));
  await tellDataPlane(cloud.database, tenant.organization, nodes, ON_NODES);
  await eventually(async () => {
    const { body: answer } = await tenant.api.post(`/v1/clusters/${nodes}/route-match`, {
      host: "shop.test",
      path: "/cart",
    });
    expect(answer).toMatchObject({
      listener: { gateway: "default/web", socket: "host:80" },
      outcome: { type: "forward", backends: [{ backend: "default/cart:80" }] },
    });
  });
  await tenant.api.delete(`/v1/clusters/${nodes}`, "*");
});

test.each([
  [{ port: 0 }, "port"],
  [{ gateway: "web" }, "gateway"],
  [{ headers: [{ name: "a b", value: "" }] }, "headers[0].name"],
  [{ scheme: "ftp" }, "scheme"],
])("422: %j", async (more, field) => {
  const { status, body } = await tenant.api.post(path, { host: "shop.test", ...more });
  expect([status, body.code, body.errors[0].field]).toEqual([422, "invalid_field", field]);
});
