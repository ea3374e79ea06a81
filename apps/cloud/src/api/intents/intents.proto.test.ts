import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestCloud, type TestCloud, type TestTenant } from "../../testing/start-test-cloud.ts";

let cloud: TestCloud;
let tenant: TestTenant;
let routes: string;

const rules = (port = 80) => ({ rules: [{ backendRefs: [{ name: "web", port }] }] });

beforeAll(async () => {
  cloud = await startTestCloud();
  tenant = await cloud.tenant("acme");
  routes = `/v1/projects/${tenant.project}/http-routes`;
  await tenant.api.post("/v1/clusters", { name: "dev-1", labels: { env: "dev" } });
  await tenant.api.post("/v1/clusters", { name: "prod-1", labels: { env: "prod" } });
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

async function make(name: string, more: object = {}) {
  const made = await tenant.api.post(routes, { name, spec: rules(), ...more });
  expect(made.status).toBe(201);
  return { ...made, path: `${routes}/${made.body.id}` };
}

describe("create", () => {
  test("201: defaults are filled in, the spec comes back as it was written, the ETag is the revision", async () => {
    const { body, etag } = await make("a");
    expect(body).toMatchObject({
      namespace: "default",
      labels: {},
      annotations: {},
      placement: { clusterSelector: {} },
      spec: rules(),
    });
    expect(etag).toBe(`"${body.revision}"`);
    expect((await tenant.api.get(`${routes}/${body.id}`)).body).toEqual(body);
  });

  test("409 already_exists: the same kind, namespace and name in the project", async () => {
    await make("twice");
    const again = await tenant.api.post(routes, { name: "twice", spec: rules() });
    expect([again.status, again.body.code]).toEqual([409, "already_exists"]);
  });

  test("409 claim_conflict: another project's intent holds the object, and the answer names it", async () => {
    const first = await make("contested");
    const grants = [{ clusterSelector: {}, namespaces: ["*"] }];
    const other = await tenant.api.post("/v1/projects", { name: "other", grants });
    const refused = await tenant.api.post(`/v1/projects/${other.body.id}/http-routes`, { name: "contested", spec: {} });
    expect([refused.status, refused.body.code]).toEqual([409, "claim_conflict"]);
    expect(refused.body.errors[0].message).toContain(first.body.id);
  });

  test("403 not_granted: no grant has the namespace; nothing is stored", async () => {
    const grants = [{ clusterSelector: { matchLabels: { env: "dev" } }, namespaces: ["shop"] }];
    const { body: project } = await tenant.api.post("/v1/projects", { name: "narrow", grants });
    const path = `/v1/projects/${project.id}/http-routes`;
    const refused = await tenant.api.post(path, { name: "x", namespace: "bank", spec: {} });
    expect([refused.status, refused.body.code]).toEqual([403, "not_granted"]);
    expect((await tenant.api.get(path)).body.items).toEqual([]);
    const plan = await tenant.api.post(`${path}?dryRun=true`, { name: "x", namespace: "shop", spec: {} });
    expect(plan.body.clusters.map((one: { name: string }) => one.name)).toEqual(["dev-1"]);
    expect(plan.body.warnings).toEqual(["prod-1: selected, but the project is not granted the namespace"]);
  });

  test("422 naming the field of the spec", async () => {
    const spec = { rules: [{ matches: [{ path: { type: "Prefix", value: "/" } }] }] };
    const refused = await tenant.api.post(routes, { name: "bad", spec });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].field).toBe("spec.rules[0].matches[0].path.type");
  });
});

describe("replace", () => {
  test("200: a new revision; the old ETag no longer works (412)", async () => {
    const { body, etag, path } = await make("moving");
    const moved = await tenant.api.put(path, { name: "moving", spec: rules(81) }, etag);
    expect(moved.status).toBe(200);
    expect(moved.body.revision).not.toBe(body.revision);
    const late = await tenant.api.put(path, { name: "moving", spec: rules(82) }, etag);
    expect([late.status, late.body.code]).toEqual([412, "revision_mismatch"]);
    expect((await tenant.api.get(path)).body.spec).toEqual(rules(81));
  });

  test("200: the same content again keeps the revision", async () => {
    const { body, path } = await make("same");
    const again = await tenant.api.put(path, { name: "same", spec: rules() }, "*");
    expect(again.body.revision).toBe(body.revision);
  });

  test("428 without If-Match, 400 with one that is no ETag", async () => {
    const { path } = await make("careful");
    const without = await tenant.api.put(path, { name: "careful", spec: rules(1) });
    expect([without.status, without.body.code]).toEqual([428, "precondition_required"]);
    expect((await tenant.api.put(path, { name: "careful", spec: rules(1) }, '"latest"')).status).toBe(400);
  });

  test("422: name and namespace cannot change", async () => {
    const { path } = await make("fixed");
    const renamed = await tenant.api.put(path, { name: "renamed", spec: rules() }, "*");
    expect([renamed.status, renamed.body.errors[0].field]).toEqual([422, "name"]);
  });
});

describe("annotations", () => {
  const mode = (value: string) => ({ "ingress.cilium.io/loadbalancer-mode": value });

  test("are stored, are a change like any other, and are on the rendered object beside ours", async () => {
    const { body, path } = await make("noted", { annotations: mode("shared") });
    expect(body.annotations).toEqual(mode("shared"));
    const input = { name: "noted", annotations: mode("dedicated"), spec: rules() };
    const plan = await tenant.api.put(`${path}?dryRun=true`, input, "*");
    expect(plan.body.clusters[0].after.metadata.annotations).toEqual({
      ...mode("dedicated"),
      "fairlead.dev/intent": body.id,
    });
    expect(plan.body.clusters[0].diff).toEqual([
      {
        field: 'metadata.annotations["ingress.cilium.io/loadbalancer-mode"]',
        before: "shared",
        after: "dedicated",
      },
    ]);
    const changed = await tenant.api.put(path, input, "*");
    expect(changed.body.revision).not.toBe(body.revision);
    expect((await tenant.api.put(path, input, "*")).body.revision).toBe(changed.body.revision);
    const entry = await tenant.api.get(`/v1/revisions/${changed.body.revision}`);
    expect(entry.body).toMatchObject({
      before: { annotations: mode("shared") },
      after: { annotations: mode("dedicated") },
    });
  });

  test("422: ours cannot be set; nothing is stored", async () => {
    const annotations = { "fairlead.dev/revision": "1.1" };
    const refused = await tenant.api.post(routes, { name: "forged", annotations, spec: rules() });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [
        {
          field: 'annotations["fairlead.dev/revision"]',
          value: '"1.1"',
          message: "keys under fairlead.dev/ are Fairlead's own; choose another prefix, such as example.com/",
        },
      ],
    ]);
    expect((await tenant.api.get(`${routes}?name=forged`)).body.items).toEqual([]);
  });
});

describe("delete", () => {
  test("200 with the revision from which it is gone; then 404", async () => {
    const { etag, path, body } = await make("leaving");
    expect((await tenant.api.delete(path)).status).toBe(428);
    const gone = await tenant.api.delete(path, etag);
    expect(gone.body).toMatchObject({ deleted: true, id: body.id });
    expect((await tenant.api.get(path)).status).toBe(404);
    expect((await tenant.api.get(`/v1/revisions/${gone.body.revision}`)).body).toMatchObject({
      action: "delete",
      id: body.id,
      after: null,
      kind: "HTTPRoute",
      actor: expect.stringMatching(/^tok_/),
    });
  });
});

describe("dryRun", () => {
  test("shows the objects and their diff in every cluster, and changes nothing", async () => {
    const { body, path } = await make("preview", { placement: { clusterSelector: { matchLabels: { env: "dev" } } } });
    const plan = await tenant.api.put(`${path}?dryRun=true`, { name: "preview", spec: rules(81) }, "*");
    expect(plan.body).toMatchObject({ dryRun: true, change: "update", warnings: [] });
    expect(plan.body.clusters.map((one: { name: string; change: string }) => [one.name, one.change])).toEqual([
      ["dev-1", "update"],
      ["prod-1", "create"],
    ]);
    expect(plan.body.clusters[0].diff).toEqual([{ field: "spec.rules[0].backendRefs[0].port", before: 80, after: 81 }]);
    expect(plan.body.clusters[1]).toMatchObject({ before: null, after: { kind: "HTTPRoute", spec: rules(81) } });
    expect((await tenant.api.get(path)).body).toEqual(body);
    expect((await tenant.api.get("/v1/organizations")).body.items[0].revision).toBe(body.revision);
  });

  test("refuses what the write refuses", async () => {
    const { path } = await make("strict");
    expect((await tenant.api.put(`${path}?dryRun=true`, { name: "strict", spec: rules(1) }, '"1.1"')).status).toBe(412);
    expect((await tenant.api.post(`${routes}?dryRun=true`, { name: "strict", spec: {} })).status).toBe(409);
  });

  test("of a delete shows what leaves", async () => {
    const { path } = await make("doomed");
    const plan = await tenant.api.delete(`${path}?dryRun=true`, "*");
    expect(plan.body.change).toBe("delete");
    expect(plan.body.clusters.map((one: { change: string; after: unknown }) => [one.change, one.after])).toEqual([
      ["delete", null],
      ["delete", null],
    ]);
    expect((await tenant.api.get(path)).status).toBe(200);
  });
});

describe("list", () => {
  test("pages follow each other without gaps or repeats, and a foreign cursor is refused", async () => {
    for (const name of ["p1", "p2", "p3"]) await make(name, { namespace: "paging" });
    const first = await tenant.api.get(`${routes}?namespace=paging&limit=2`);
    const second = await tenant.api.get(`${routes}?namespace=paging&limit=2&cursor=${first.body.nextCursor}`);
    const names = [...first.body.items, ...second.body.items].map((one: { name: string }) => one.name);
    expect([names, second.body.nextCursor]).toEqual([["p1", "p2", "p3"], null]);
    expect((await tenant.api.get(`${routes}?cursor=abc`)).body.code).toBe("invalid_request");
    expect((await tenant.api.get(`${routes}?limit=0`)).status).toBe(422);
  });
});

describe("placement follows labels", () => {
  test("a cluster that changes its labels loses and gains objects; a claim that lost is held, then comes free", async () => {
    const { api, project } = await cloud.tenant("labels");
    const base = `/v1/projects/${project}/http-routes`;
    const on = (env: string) => ({ placement: { clusterSelector: { matchLabels: { env } } } });
    const grants = [{ clusterSelector: {}, namespaces: ["*"] }];
    const { body: second } = await api.post("/v1/projects", { name: "second", grants });
    const { body: cluster } = await api.post("/v1/clusters", { name: "one", labels: { env: "a" } });
    const { body: winner } = await api.post(base, { name: "x", spec: rules(1), ...on("a") });
    const { body: loser } = await api.post(`/v1/projects/${second.id}/http-routes`, {
      name: "x",
      spec: rules(2),
      ...on("b"),
    });
    const key = `${base}/${winner.id}/convergence`;
    expect((await api.get(key)).body.clusters).toHaveLength(1);

    // Both select the cluster now: the one that was there first keeps the object.
    const labels = { env: "a", also: "b" };
    await api.put(`/v1/clusters/${cluster.id}`, { name: "one", labels }, "*");
    const both = { placement: { clusterSelector: { matchLabels: { also: "b" } } } };
    const held = await api.put(
      `/v1/projects/${second.id}/http-routes/${loser.id}`,
      { name: "x", spec: rules(2), ...both },
      "*",
    );
    expect(held.body.code).toBe("claim_conflict");
    expect(held.body.errors[0].message).toContain(winner.id);

    await api.put(`/v1/clusters/${cluster.id}`, { name: "one", labels: { env: "b" } }, "*");
    const path = `/v1/projects/${second.id}/http-routes/${loser.id}/convergence`;
    await eventually(async () => expect((await api.get(path)).body.clusters).toHaveLength(1));
    expect((await api.get(key)).body).toMatchObject({ state: "unplaced", clusters: [] });
  });
});
