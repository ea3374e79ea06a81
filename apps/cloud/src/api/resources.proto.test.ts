import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import { TestApi } from "../testing/test-api.ts";

let cloud: TestCloud;
let tenant: TestTenant;
let api: TestApi;

beforeAll(async () => {
  cloud = await startTestCloud({ roles: new Set(["api", "worker"]) });
  tenant = await cloud.tenant("acme");
  api = tenant.api;
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const everything = [{ clusterSelector: {}, namespaces: ["*"] }];

describe("projects", () => {
  test("409 reference_in_use: a project with intents stays; once empty it goes", async () => {
    const { body: project, etag } = await api.post("/v1/projects", { name: "full", grants: everything });
    const routes = `/v1/projects/${project.id}/http-routes`;
    const { body: intent } = await api.post(routes, { name: "a", spec: {} });
    const refused = await api.delete(`/v1/projects/${project.id}`, etag);
    expect([refused.status, refused.body.code]).toEqual([409, "reference_in_use"]);
    await api.delete(`${routes}/${intent.id}`, "*");
    expect((await api.delete(`/v1/projects/${project.id}`, etag)).body).toMatchObject({ deleted: true });
    expect((await api.get(`/v1/projects/${project.id}`)).status).toBe(404);
  });

  test("409 already_exists, 412, 428, and the same content again keeps the revision", async () => {
    const { body, etag } = await api.post("/v1/projects", { name: "twice", grants: everything });
    const path = `/v1/projects/${body.id}`;
    expect((await api.post("/v1/projects", { name: "twice", grants: [] })).body.code).toBe("already_exists");
    expect((await api.put(path, { name: "twice", grants: [] })).status).toBe(428);
    expect((await api.put(path, { name: "twice", grants: everything }, etag)).body.revision).toBe(body.revision);
    expect((await api.put(path, { name: "thrice", grants: everything }, etag)).status).toBe(200);
    expect((await api.put(path, { name: "twice", grants: [] }, etag)).status).toBe(412);
  });

  test("a list can be asked for one name", async () => {
    await api.post("/v1/projects", { name: "wanted", grants: [] });
    const { body } = await api.get("/v1/projects?name=wanted");
    expect(body.items.map((one: { name: string }) => one.name)).toEqual(["wanted"]);
  });
});

describe("clusters", () => {
  test("201 with a connection that is unknown; then 412, 428 and delete", async () => {
    const { body, etag } = await api.post("/v1/clusters", { name: "one", labels: { env: "dev" } });
    expect(body).toMatchObject({ connection: { state: "unknown", ageMs: null }, nodes: [], revokedAt: null });
    const path = `/v1/clusters/${body.id}`;
    expect((await api.put(path, { name: "one" })).status).toBe(428);
    const relabelled = await api.put(path, { name: "one", labels: {} }, etag);
    expect(relabelled.body.labels).toEqual({});
    expect((await api.put(path, { name: "one", labels: { x: "y" } }, etag)).status).toBe(412);
    expect((await api.delete(path, relabelled.etag)).body).toMatchObject({ deleted: true, id: body.id });
    expect((await api.get(path)).status).toBe(404);
  });
});

describe("join tokens", () => {
  test("the secret is in the first answer alone, and says where to dial", async () => {
    const { body: cluster } = await api.post("/v1/clusters", { name: "joining" });
    const path = `/v1/clusters/${cluster.id}/join-tokens`;
    const { body } = await api.post(path, {});
    expect(body.token).toMatch(/^fl_jt_/);
    expect(body.tunnelUrl).toBe(`${cloud.cloud.url.replace("http", "ws")}/v1/tunnel`);
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBeLessThanOrEqual(3_600_000);
    const listed = await api.get(path);
    expect(listed.body.items).toMatchObject([{ id: body.id, state: "usable" }]);
    expect(JSON.stringify(listed.body)).not.toContain(body.token);
    expect((await api.post(path, { ttlSeconds: 3601 })).status).toBe(422);
    expect((await api.delete(`${path}/${body.id}`)).status).toBe(204);
    expect((await api.get(path)).body.items).toEqual([]);
  });
});

describe("API tokens", () => {
  test("the secret is shown once; revoked tokens stay in the list, without it", async () => {
    const { body } = await api.post("/v1/tokens", { name: "ci", ttlSeconds: 60 });
    const own = new TestApi(cloud.cloud.url, body.token);
    expect((await own.get("/v1/whoami")).body).toMatchObject({
      token: { id: body.id, name: "ci" },
      organization: { name: "acme" },
    });
    await api.delete(`/v1/tokens/${body.id}`);
    expect((await own.get("/v1/whoami")).status).toBe(401);
    const listed = await api.get("/v1/tokens");
    expect(listed.body.items.find((one: { id: string }) => one.id === body.id).revokedAt).not.toBeNull();
    expect(JSON.stringify(listed.body)).not.toContain(body.token);
  });

  test("401 for an authorization header that is no bearer token", async () => {
    for (const authorization of ["Basic abc", "Bearer", "Bearer fl_tok_x", `Bearer  ${tenant.token}`, tenant.token]) {
      expect((await api.send("GET", "/v1/whoami", { headers: { authorization } })).status).toBe(401);
    }
  });
});

describe("revisions", () => {
  test("the log is newest first, pages without gaps, stops at `after`, and can be asked for one thing", async () => {
    const { api: fresh, project } = await cloud.tenant("log");
    const routes = `/v1/projects/${project}/http-routes`;
    const { body: intent } = await fresh.post(routes, { name: "a", spec: {} });
    const changed = await fresh.put(`${routes}/${intent.id}`, { name: "a", labels: { x: "y" }, spec: {} }, "*");
    await fresh.post("/v1/clusters", { name: "one" });
    const all = await fresh.get("/v1/revisions");
    const revisions = all.body.items.map((one: { revision: string }) => one.revision);
    expect(revisions).toEqual(["1.4", "1.3", "1.2", "1.1"]);
    const first = await fresh.get("/v1/revisions?limit=3");
    const second = await fresh.get(`/v1/revisions?limit=3&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items]).toEqual(all.body.items);
    expect(second.body.nextCursor).toBeNull();
    expect((await fresh.get("/v1/revisions?after=1.2")).body.items).toHaveLength(2);
    expect((await fresh.get(`/v1/revisions?intent=${intent.id}`)).body.items).toHaveLength(2);
    expect((await fresh.get("/v1/revisions?intent=nonsense")).body.items).toEqual([]);
    const detail = await fresh.get(`/v1/revisions/${changed.body.revision}`);
    expect(detail.body).toMatchObject({ action: "update", before: { labels: {} }, after: { labels: { x: "y" } } });
  });
});

describe("organizations", () => {
  test("a rename is no revision", async () => {
    const { api: fresh, organization } = await cloud.tenant("old-name");
    const before = await fresh.get(`/v1/organizations/${organization}`);
    const renamed = await fresh.send("PATCH", `/v1/organizations/${organization}`, { body: '{"name":"New name"}' });
    expect(renamed.body).toEqual({ ...before.body, name: "New name" });
  });
});

test("a request to a path nobody knows is 404, as a problem", async () => {
  const answer = await api.get("/v1/nothing/here");
  expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
});

test("a client that goes away does not leave its long poll behind", async () => {
  await api.post("/v1/clusters", { name: "never" });
  const stop = new AbortController();
  const polling = fetch(`${cloud.cloud.url}/v1/convergence?waitMs=30000`, {
    headers: { authorization: `Bearer ${tenant.token}` },
    signal: stop.signal,
  }).catch(() => undefined);
  await sleep(200);
  stop.abort();
  await polling;
  const startedAt = performance.now();
  await cloud.cloud.close(10_000);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
