import { isId } from "@fairlead/contract";
import { acquireLease, applyFacts } from "@fairlead/database";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ON_NODES, tellDataPlane } from "../../testing/data-planes.ts";
import { joinCluster } from "../../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../../testing/start-test-cloud.ts";

let cloud: TestCloud;
let tenant: TestTenant;
let plans: string;

beforeAll(async () => {
  cloud = await startTestCloud();
  tenant = await cloud.tenant("acme");
  plans = `/v1/projects/${tenant.project}/plans`;
  await tenant.api.post("/v1/clusters", { name: "dev-1", labels: { env: "dev" } });
  await tenant.api.post("/v1/clusters", { name: "prod-1", labels: { env: "prod" } });
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const gateway = (name: string, hostname?: string) => ({
  action: "apply",
  kind: "Gateway",
  name,
  spec: {
    gatewayClassName: "fairlead",
    listeners: [{ name: "http", port: 80, protocol: "HTTP", ...(hostname && { hostname }) }],
  },
});
const route = (name: string, parent: string, more: object = {}) => ({
  action: "apply",
  kind: "HTTPRoute",
  name,
  spec: { parentRefs: [{ name: parent }], rules: [{ backendRefs: [{ name: "web", port: 80 }] }] },
  ...more,
});
const web = { service: { name: "web", port: { number: 80 } } };
const gone = (kind: string, name: string) => ({ action: "delete", kind, name });
const plan = (...changes: object[]) => tenant.api.post(plans, { changes });
const apply = (base: string, ...changes: object[]) => tenant.api.post(`${plans}/apply`, { base, changes });
const codes = (body: { findings: { code: string; clusterName: string | null }[] }) =>
  body.findings.map(({ code, clusterName }) => `${code} ${clusterName ?? ""}`.trim());

describe("a plan", () => {
  test("200: shows every cluster's objects, what is worth saying, and stores nothing", async () => {
    const { body, status } = await plan(
      gateway("plan-a"),
      route("plan-a", "plan-a", { placement: { clusterSelector: { matchLabels: { env: "dev" } } } }),
    );
    expect(status).toBe(200);
    expect(body.changes.map((one: { change: string }) => one.change)).toEqual(["create", "create"]);
    const seen = body.clusters.map((one: { name: string; objects: { change: string; key: string }[] }) => [
      one.name,
      one.objects.map(({ change, key }) => `${change} ${key}`),
    ]);
    expect(seen).toEqual([
      [
        "dev-1",
        [
          "create gateway.networking.k8s.io/Gateway/default/plan-a",
          "create gateway.networking.k8s.io/HTTPRoute/default/plan-a",
        ],
      ],
      ["prod-1", ["create gateway.networking.k8s.io/Gateway/default/plan-a"]],
    ]);
    expect(codes(body)).toEqual(["cluster_disconnected dev-1", "cluster_disconnected prod-1"]);
    expect(body.summary).toEqual({ intents: 2, clusters: 2, objects: 3, errors: 0, warnings: 2 });
    expect((await tenant.api.get(`/v1/projects/${tenant.project}/gateways?name=plan-a`)).body.items).toEqual([]);
    expect((await plan(gateway("plan-a"))).body.base).toBe(body.base);
  });

  test("200: an older route of another project takes a match; both owners are named", async () => {
    const made = await apply((await plan(gateway("shared"))).body.base, gateway("shared"));
    expect(made.status).toBe(200);
    const grants = [{ clusterSelector: {}, namespaces: ["*"] }];
    const { body: other } = await tenant.api.post("/v1/projects", { name: "older", grants });
    const { body: older } = await tenant.api.post(`/v1/projects/${other.id}/http-routes`, {
      name: "older",
      spec: route("", "shared").spec,
    });
    const { body } = await plan(route("younger", "shared"));
    const shadowed = body.findings.filter((one: { code: string }) => one.code === "route_shadowed");
    expect(shadowed.map((one: { clusterName: string }) => one.clusterName)).toEqual(["dev-1", "prod-1"]);
    expect(shadowed[0]).toMatchObject({
      severity: "warning",
      subject: { kind: "HTTPRoute", name: "younger", intent: null, project: tenant.project },
      field: "spec.rules[0]",
      related: [{ kind: "HTTPRoute", name: "older", intent: older.id, project: other.id }],
    });
    expect(shadowed[0].message).toContain("HTTPRoute default/older (project older)");
    // What was so before, and has nothing to do with the change, is for those who ask.
    await tenant.api.post(`/v1/projects/${tenant.project}/http-routes`, {
      name: "younger",
      spec: route("", "shared").spec,
    });
    const elsewhere = route("elsewhere", "shared", { spec: { ...route("", "shared").spec, hostnames: ["x.example"] } });
    expect(codes((await plan(elsewhere)).body)).not.toContain("route_shadowed dev-1");
    const all = await tenant.api.post(`${plans}?all=true`, { changes: [elsewhere] });
    expect(codes(all.body)).toContain("route_shadowed dev-1");
  });

  test("200: what the cluster reports decides whether a backend is there", async () => {
    const joined = await joinCluster(
      tenant.api,
      { name: "facts-1", labels: { env: "facts" } },
      { serves: ["Gateway", "HTTPRoute"].map((kind) => `gateway.networking.k8s.io/v1/${kind}`) },
    );
    const { cluster } = joined;
    if (!isId("clu", cluster)) throw new TypeError(cluster);
    await joined.connector[Symbol.asyncDispose]();
    await cloud.database.withTenant(tenant.organization, async (tx) => {
      const { fence } = await acquireLease(tx, { cluster, holder: "test", ttlMs: 60_000 });
      const object = (key: string, more: object) => ({ key, body: JSON.stringify(more) });
      const classOf = {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "GatewayClass",
        metadata: { name: "fairlead" },
        spec: { controllerName: "fairlead.dev/gateway-controller" },
      };
      const service = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "default" },
        spec: { ports: [{ port: 80 }] },
      };
      const upserts = [
        object("gateway.networking.k8s.io/GatewayClass//fairlead", classOf),
        object("/Service/default/web", service),
      ];
      await applyFacts(tx, {
        cluster,
        fence,
        upserts,
        removals: [],
        range: { after: "", through: undefined },
        digest: "x",
        leftOut: {},
        quota: { objects: 100, bytes: 100_000 },
      });
    });
    const placement = { clusterSelector: { matchLabels: { env: "facts" } } };
    const spec = {
      parentRefs: [{ name: "facts" }],
      rules: [
        {
          backendRefs: [
            { name: "web", port: 80 },
            { name: "absent", port: 80 },
          ],
        },
      ],
    };
    const { body } = await plan({ ...gateway("facts"), placement }, route("facts", "facts", { placement, spec }));
    const found = body.findings.filter((one: { severity: string }) => one.severity === "error");
    expect(found.map((one: { code: string; field: string }) => `${one.code} ${one.field}`)).toEqual([
      "backend_not_found spec.rules[0].backendRefs[1]",
    ]);
    await tenant.api.delete(`/v1/clusters/${cluster}`, "*");
  });

  test("200: where listeners are on the nodes, whoever is older has the port, whichever project and host it is of", async () => {
    const other = await cloud.tenant("on-nodes");
    const { body } = await other.api.post("/v1/clusters", { name: "nodes" });
    if (!isId("clu", body.id)) throw new TypeError(body.id);
    await tellDataPlane(cloud.database, other.organization, body.id, ON_NODES);
    const grants = [{ clusterSelector: {}, namespaces: ["*"] }];
    const { body: owner } = await other.api.post("/v1/projects", { name: "owner", grants });
    const { action: _, kind: _kind, ...taken } = gateway("taken", "a.example");
    await other.api.post(`/v1/projects/${owner.id}/gateways`, taken);
    const rule = { host: "shop.example", http: { paths: [{ path: "/", pathType: "Prefix", backend: web }] } };
    const ingress = { name: "shop", spec: { ingressClassName: "fairlead", rules: [rule] } };
    await other.api.post(`/v1/projects/${owner.id}/ingresses`, ingress);
    const wanted = gateway("new", "b.example");
    const shared = { name: "shared", port: 8080, protocol: "HTTP" };
    const spec = { ...wanted.spec, listeners: [...wanted.spec.listeners, shared] };
    const { body: planned } = await other.api.post(`/v1/projects/${other.project}/plans`, {
      changes: [{ ...wanted, spec }],
    });
    const found = planned.findings.filter((one: { code: string }) => one.code === "port_unavailable");
    expect(found).toMatchObject([
      { field: "spec.listeners[0].port", related: [{ kind: "Gateway", name: "taken", project: owner.id }] },
      { field: "spec.listeners[1].port", related: [{ kind: "Ingress", name: "shop", project: owner.id }] },
    ]);
    expect(found[0].message).toContain("Port 80 of the nodes is in use by Gateway default/taken, which is older");
  });

  test("403 not_granted naming the change", async () => {
    const grants = [{ clusterSelector: {}, namespaces: ["shop"] }];
    const { body: narrow } = await tenant.api.post("/v1/projects", { name: "narrow", grants });
    const changes = [route("ok", "x", { namespace: "shop" }), route("no", "x", { namespace: "bank" })];
    const refused = await tenant.api.post(`/v1/projects/${narrow.id}/plans`, { changes });
    expect([refused.status, refused.body.code]).toEqual([403, "not_granted"]);
    expect(refused.body.errors[0].field).toBe("changes[1].namespace");
  });

  test("409 claim_conflict naming the change, the cluster and the owner, as the write would", async () => {
    const grants = [{ clusterSelector: {}, namespaces: ["*"] }];
    const { body: other } = await tenant.api.post("/v1/projects", { name: "owner", grants });
    const { body: owner } = await tenant.api.post(`/v1/projects/${other.id}/http-routes`, { name: "owned", spec: {} });
    const { body: empty } = await plan(gateway("free"));
    for (const refused of [
      await plan(gateway("free"), route("owned", "x")),
      await apply(empty.base, gateway("free"), route("owned", "x")),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([409, "claim_conflict"]);
      expect(refused.body.errors[0].field).toBe("changes[1].placement");
      expect(refused.body.errors[0].message).toContain(owner.id);
    }
    // All or nothing.
    expect((await tenant.api.get(`/v1/projects/${tenant.project}/gateways?name=free`)).body.items).toEqual([]);
  });

  test.each([
    [
      "a field of the spec",
      [route("a", "x"), route("b", "x", { spec: { rules: [{ matches: [{ path: { type: "Prefix" } }] }] } })],
      "changes[1].spec.rules[0].matches[0].path.type",
    ],
    ["two changes of one intent", [route("a", "x"), gone("HTTPRoute", "a")], "changes[1].name"],
    ["the deletion of what is not there", [gone("Gateway", "absent")], "changes[0].name"],
    ["no change", [], "changes"],
    ["too many changes", Array.from({ length: 501 }, (_, index) => gone("Gateway", `g${index}`)), "changes"],
    ["another action", [{ ...route("a", "x"), action: "replace" }], "changes[0].action"],
  ])("422: %s", async (_, changes, field) => {
    const refused = await plan(...changes);
    expect([refused.status, refused.body.code]).toEqual([422, "invalid_field"]);
    expect(refused.body.errors.map((one: { field: string }) => one.field)).toContain(field);
  });
});

describe("apply", () => {
  test("200: all changes in one transaction, each intent with its revision; the same again changes nothing", async () => {
    const changes = [gateway("many"), route("many-1", "many"), route("many-2", "many")];
    const { body } = await plan(...changes);
    const done = await apply(body.base, ...changes);
    expect(done.status).toBe(200);
    expect(done.body.intents.map((one: { change: string }) => one.change)).toEqual(["create", "create", "create"]);
    expect(done.body.intents.at(-1).revision).toBe(done.body.revision);
    const { body: stored } = await tenant.api.get(
      `/v1/projects/${tenant.project}/gateways/${done.body.intents[0].intent}`,
    );
    expect(stored.revision).toBe(done.body.intents[0].revision);
    const again = await plan(...changes);
    expect(again.body.changes.map((one: { change: string }) => one.change)).toEqual(["none", "none", "none"]);
    expect(again.body.findings).toEqual([]);
    const kept = await apply(again.body.base, ...changes);
    expect(kept.body.intents).toEqual(done.body.intents.map((one: object) => ({ ...one, change: "none" })));
    const leaving = [gone("HTTPRoute", "many-1"), gone("HTTPRoute", "many-2"), gone("Gateway", "many")];
    const left = await apply((await plan(...leaving)).body.base, ...leaving);
    expect(left.body.intents.map((one: { change: string }) => one.change)).toEqual(["delete", "delete", "delete"]);
  });

  test("412 when what the plan depends on moved, and what moved is named; 200 when only something else did", async () => {
    const change = route("moving", "x", { placement: { clusterSelector: { matchLabels: { env: "dev" } } } });
    const base = async () => (await plan(change)).body.base;
    const routes = `/v1/projects/${tenant.project}/http-routes`;

    const unrelated = await base();
    await tenant.api.post(routes, { name: "somewhere-else", spec: {} });
    await tenant.api.post("/v1/clusters", { name: "stage-1", labels: { env: "stage" } });
    expect((await apply(unrelated, change)).status).toBe(200);

    const intent = await base();
    const { body: listed } = await tenant.api.get(`${routes}?name=moving`);
    await tenant.api.put(`${routes}/${listed.items[0].id}`, { name: "moving", spec: {} }, "*");
    const refused = await apply(intent, change);
    expect([refused.status, refused.body.code]).toEqual([412, "revision_mismatch"]);
    expect(refused.body.detail).toContain("HTTPRoute default/moving: update at ");

    const landing = await base();
    await tenant.api.post("/v1/clusters", { name: "dev-2", labels: { env: "dev" } });
    expect((await apply(landing, change)).body.detail).toContain("cluster dev-2: create at ");

    const project = await base();
    const { body: own } = await tenant.api.get(`/v1/projects/${tenant.project}`);
    await tenant.api.put(
      `/v1/projects/${tenant.project}`,
      { name: own.name, grants: [...own.grants, { clusterSelector: {}, namespaces: ["x"] }] },
      "*",
    );
    expect((await apply(project, change)).body.detail).toContain(`project ${own.name}: update at `);

    expect((await apply("1.999999", change)).body.detail).toContain("the organization has not come so far");
    expect((await apply("0.1", change)).body.detail).toContain("a backup was restored since");
    expect((await apply(await base(), change)).status).toBe(200);
  });
});

// Guarantee: what a plan shows is what the clusters' bundles hold once it is applied, held claims and moves included.
test("a plan that is applied leads to the very objects it showed", async () => {
  const fleet = await cloud.tenant("fleet");
  const grants = [{ clusterSelector: {}, namespaces: ["*"] }];
  const { body: second } = await fleet.api.post("/v1/projects", { name: "second", grants });
  const projects = [fleet.project, second.id];
  const clusters = await Promise.all(
    ["a", "b", "c"].map(async (name) => (await fleet.api.post("/v1/clusters", { name, labels: { name } })).body),
  );
  const change = fc.record({
    name: fc.constantFrom("x", "y"),
    remove: fc.boolean(),
    on: fc.constantFrom("a", "b", "c", undefined),
    port: fc.integer({ min: 1, max: 3 }),
  });
  const step = fc.record({
    project: fc.constantFrom(0, 1),
    changes: fc.uniqueArray(change, { selector: ({ name }) => name, minLength: 1 }),
    relabel: fc.option(fc.record({ cluster: fc.constantFrom(0, 1, 2), name: fc.constantFrom("a", "b", "c") })),
  });
  const bundles = async () => {
    const held = new Map<string, unknown>();
    for (const { id, name } of clusters) {
      for (const { key, object } of await cloud.objects(fleet.organization, id)) held.set(`${name} ${key}`, object);
    }
    return held;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 6 }), async (steps) => {
      for (const { project, changes, relabel } of steps) {
        if (relabel) {
          const { id, name } = clusters[relabel.cluster];
          await fleet.api.put(`/v1/clusters/${id}`, { name, labels: { name: relabel.name } }, "*");
        }
        const path = `/v1/projects/${projects[project]}/plans`;
        const asked = changes.map(({ name, remove, on, port }) =>
          remove
            ? gone("HTTPRoute", name)
            : {
                ...route(name, "web", { spec: { rules: [{ backendRefs: [{ name: "web", port }] }] } }),
                placement: { clusterSelector: on === undefined ? {} : { matchLabels: { name: on } } },
              },
        );
        const planned = await fleet.api.post(path, { changes: asked });
        const applied = await fleet.api.post(`${path}/apply`, { base: planned.body.base ?? "1.1", changes: asked });
        if (planned.status !== 200) {
          if (applied.status !== 412)
            expect([applied.status, applied.body.code]).toEqual([planned.status, planned.body.code]);
          continue;
        }
        expect(applied.status).toBe(200);
        const now = await bundles();
        for (const cluster of planned.body.clusters) {
          for (const { key, after } of cluster.objects) {
            expect(withoutId(now.get(`${cluster.name} ${key}`))).toEqual(withoutId(after));
          }
        }
      }
    }),
    { numRuns: 12 },
  );
}, 120_000);

/** A new intent's object has no id in a plan. */
function withoutId(object: unknown): unknown {
  if (object === null || object === undefined) return null;
  return JSON.parse(
    JSON.stringify(object, (name, value: unknown) => (name === "fairlead.dev/intent" ? undefined : value)),
  );
}
