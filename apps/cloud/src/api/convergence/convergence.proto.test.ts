import { parseRevision } from "@fairlead/core";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CILIUM } from "../../testing/data-planes.ts";
import { joinCluster } from "../../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../../testing/start-test-cloud.ts";
import { TestConnector } from "../../testing/test-connector.ts";

const route = (name: string, port = 80) => ({ name, spec: { rules: [{ backendRefs: [{ name: "web", port }] }] } });
const keyOf = (name: string) => `gateway.networking.k8s.io/HTTPRoute/default/${name}`;

let cloud: TestCloud;
let tenant: TestTenant;
let routes: string;
let connector: TestConnector;
let count = 0;

beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

async function fresh(options: Parameters<typeof joinCluster>[2] = {}) {
  count += 1;
  tenant = await cloud.tenant(`tenant-${count}`);
  routes = `/v1/projects/${tenant.project}/http-routes`;
  const joined = await joinCluster(tenant.api, { name: "one" }, options);
  connector = joined.connector;
  return joined;
}

async function convergenceOf(id: string, query = "") {
  return (await tenant.api.get(`${routes}/${id}/convergence${query}`)).body;
}

function revisionHeld(key: string) {
  const entry = connector.bundle.entries.get(key);
  if (entry === undefined) throw new Error(`${key} is not there`);
  return entry.revision;
}

const serving = (node: string, watermark: { epoch: number; n: number } | undefined) =>
  ({
    node,
    watermark,
    unknownSince: undefined,
    set: [],
    clear: [],
    complete: true,
    removed: false,
    at: Date.now(),
  }) as const;

describe("one intent", () => {
  test("a cluster that never connected is unknown, and never counts as success", async () => {
    const { api, project } = await cloud.tenant("lonely");
    await api.post("/v1/clusters", { name: "quiet" });
    const { body } = await api.post(`/v1/projects/${project}/http-routes`, route("a"));
    const vector = await api.get(`/v1/projects/${project}/http-routes/${body.id}/convergence?waitMs=300`);
    expect(vector.body).toMatchObject({ state: "unknown", summary: "1 unknown" });
    expect(vector.body.clusters[0]).toMatchObject({
      connection: "unknown",
      sent: { state: "pending" },
      applied: { state: "unknown" },
    });
  });

  test("what the API server refuses is rejected with object, field and reason; the next route converges", async () => {
    await fresh({ rejects: (key) => key.endsWith("/bad") });
    const bad = await tenant.api.post(routes, route("bad"));
    const good = await tenant.api.post(routes, route("good"));
    const vector = await convergenceOf(bad.body.id, "?waitMs=5000");
    expect(vector.state).toBe("rejected");
    expect(vector.clusters[0].applied).toMatchObject({
      state: "rejected",
      at: expect.any(String),
      condition: {
        type: "Applied",
        status: "False",
        reason: "Invalid",
        message: "the API server refused it",
        field: "spec.rules[0]",
        object: { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", namespace: "default", name: "bad" },
      },
    });
    expect((await convergenceOf(good.body.id, "?waitMs=5000")).state).toBe("converged");
    const { body: rollUp } = await tenant.api.get("/v1/convergence");
    expect(rollUp.state).toBe("rejected");
    expect(rollUp.clusters[0].applied.exceptions).toMatchObject([{ intent: bad.body.id, state: "rejected" }]);
  });

  test("a wait returns as soon as the last node serves it, not before", async () => {
    await fresh();
    connector.reports = false;
    const { body } = await tenant.api.post(routes, route("slow"));
    await eventually(() => revisionHeld(keyOf("slow")));
    const end = connector.bundle.through;
    connector.report(end, [], [serving("node-a", end), serving("node-b", { epoch: 1, n: 1 })]);
    expect((await convergenceOf(body.id, "?stage=applied&waitMs=5000")).state).toBe("converged");
    expect(await convergenceOf(body.id, "?waitMs=400")).toMatchObject({ state: "progressing" });

    const waiting = convergenceOf(body.id, "?waitMs=10000");
    const startedAt = performance.now();
    connector.report(end, [], [serving("node-a", end), serving("node-b", end)]);
    expect((await waiting).clusters[0].nodes.map((node: { state: string }) => node.state)).toEqual([
      "proxied",
      "proxied",
    ]);
    // Woken by the report, not by the end of its own patience.
    expect(performance.now() - startedAt).toBeLessThan(9_000);
  });

  test("where the data plane is Cilium, applied is all that is waited for, and that is said", async () => {
    const { cluster } = await fresh({ dataPlane: CILIUM, nodes: [] });
    const { body } = await tenant.api.post(routes, route("unseen"));
    const vector = await convergenceOf(body.id, "?waitMs=5000");
    const summary = "1 converged; waited for applied only in one, where proxied cannot be observed";
    expect(vector).toMatchObject({ state: "converged", stage: "proxied", summary });
    expect(vector.stages.proxied).toEqual({ done: 0, total: 0, at: null });
    expect(vector.clusters[0]).toMatchObject({
      applied: { state: "applied" },
      proxied: { state: "unobservable" },
      nodes: [],
    });
    expect((await convergenceOf(body.id, "?stage=applied")).summary).toBe("1 converged");
    const { body: rollUp } = await tenant.api.get("/v1/convergence?waitMs=5000");
    expect(rollUp).toMatchObject({ state: "converged", summary });
    expect(rollUp.clusters[0].proxied).toEqual({ state: "unobservable" });
    expect((await tenant.api.get(`/v1/clusters/${cluster}`)).body.dataPlane).toEqual(CILIUM);
  });

  test("what was heard of nodes before the cluster ran Cilium is no longer waited for; an older connector is observed again", async () => {
    const joined = await fresh({ nodes: ["node-a"], rejects: (key) => key.endsWith("/bad") });
    const { body } = await tenant.api.post(routes, route("moved"));
    await convergenceOf(body.id, "?waitMs=5000");
    connector.cut();
    const again = { url: connector.url, rejects: (key: string) => key.endsWith("/bad") };
    connector = new TestConnector({ ...again, dataPlane: CILIUM, nodes: [] }, connector.identity, connector.bundle);
    connector.connect();
    await eventually(async () => {
      const { clusters } = await convergenceOf(body.id);
      expect(clusters[0]).toMatchObject({ proxied: { state: "unobservable" }, nodes: [] });
    });
    const bad = await tenant.api.post(routes, route("bad"));
    expect((await convergenceOf(bad.body.id, "?waitMs=5000")).state).toBe("rejected");
    connector.cut();
    connector = new TestConnector({ ...again, nodes: [] }, connector.identity, connector.bundle);
    connector.connect();
    await eventually(async () => {
      expect((await convergenceOf(body.id)).clusters[0].proxied).toEqual({ state: "unknown" });
    });
    expect((await tenant.api.get(`/v1/clusters/${joined.cluster}`)).body.dataPlane).toBeNull();
  });

  test("a node that is not heard is unknown", async () => {
    await fresh();
    const { body } = await tenant.api.post(routes, route("half"));
    await convergenceOf(body.id, "?waitMs=5000");
    const end = connector.bundle.through;
    connector.reports = false;
    connector.report(end, [], [serving("node-a", end), serving("node-b", undefined)]);
    await eventually(async () => {
      const { state, clusters } = await convergenceOf(body.id);
      const nodes = clusters[0].nodes.map((node: { state: string }) => node.state);
      expect([state, nodes]).toEqual(["unknown", ["proxied", "unknown"]]);
    });
  });

  test("a node's Envoy that refuses it is Programmed=False with field and reason", async () => {
    await fresh();
    connector.reports = false;
    const { body } = await tenant.api.post(routes, route("regex"));
    const revision = await eventually(() => revisionHeld(keyOf("regex")));
    const why = {
      reason: "invalid_regex",
      field: "spec.rules[0].matches[0].path.value",
      message: "no look-ahead in RE2",
    };
    const refused = {
      key: keyOf("regex"),
      revision,
      stage: "proxied",
      state: "rejected",
      ...why,
      at: Date.now(),
    } as const;
    const end = connector.bundle.through;
    connector.report(end, [], [{ ...serving("node-a", end), set: [refused] }]);
    const vector = await convergenceOf(body.id, "?waitMs=5000");
    expect(vector.state).toBe("rejected");
    expect(vector.clusters[0].nodes[0].condition).toMatchObject({
      type: "Programmed",
      status: "False",
      reason: "InvalidRegex",
      field: why.field,
      message: why.message,
    });
  });

  // Guarantee: an intent does not pass as served on the word of a watermark that stops inside its batch.
  test("a watermark inside a batch does not count for what the batch holds", async () => {
    await fresh();
    connector.reports = false;
    const made = await cloud.withoutRendering(tenant.organization, () =>
      Promise.all([1, 2, 3].map((n) => tenant.api.post(routes, route(`batch-${n}`)))),
    );
    const revisions = made.map((answer) => parseRevision(answer.body.revision)?.n ?? 0).toSorted((a, b) => a - b);
    await eventually(() => [1, 2, 3].map((n) => revisionHeld(keyOf(`batch-${n}`))));
    const end = connector.bundle.through;
    expect(end.n).toBe(revisions[2]);
    const first = made.find((answer) => parseRevision(answer.body.revision)?.n === revisions[0]);
    const inside = { epoch: end.epoch, n: end.n - 1 };
    connector.report(inside, [], [serving("node-a", inside)]);
    expect((await convergenceOf(first?.body.id, "?waitMs=500")).state).toBe("progressing");
    const rollUp = await tenant.api.get(`/v1/convergence?revision=${first?.body.revision}`);
    expect(rollUp.body.state).toBe("progressing");
    connector.report(end, [], [serving("node-a", end)]);
    expect((await convergenceOf(first?.body.id, "?waitMs=5000")).state).toBe("converged");
  });
});

describe("the roll-up", () => {
  test("a cluster with nothing to wait for has converged, whatever revision is asked for", async () => {
    await fresh();
    const { body: other } = await tenant.api.post("/v1/projects", { name: "elsewhere", grants: [] });
    const asked = `/v1/convergence?revision=${other.revision}&stage=applied&waitMs=3000`;
    expect((await tenant.api.get(asked)).body).toMatchObject({ state: "converged", revision: other.revision });
  });

  test("a revision that does not exist yet is refused", async () => {
    await fresh();
    const answer = await tenant.api.get("/v1/convergence?revision=1.4242");
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, "revision"]);
  });

  test("one cluster alone can be asked for, by query or by path", async () => {
    const { cluster } = await fresh();
    await tenant.api.post("/v1/clusters", { name: "two" });
    const { body: both } = await tenant.api.get("/v1/convergence?stage=applied");
    expect(both.clusters.map((one: { name: string }) => one.name)).toEqual(["one", "two"]);
    const { body: alone } = await tenant.api.get(`/v1/clusters/${cluster}/convergence?stage=applied&waitMs=3000`);
    expect(alone.clusters.map((one: { name: string }) => one.name)).toEqual(["one"]);
    expect((await tenant.api.get(`/v1/convergence?cluster=${cluster}`)).body.clusters).toHaveLength(1);
  });
});

describe("a connector that falls silent", () => {
  beforeEach(() => fresh());

  test("is stale once its socket is gone; what it had reported stands, what it had not is unknown", async () => {
    const before = await tenant.api.post(routes, route("before"));
    await convergenceOf(before.body.id, "?waitMs=5000");
    await connector[Symbol.asyncDispose]();
    const after = await tenant.api.post(routes, route("after"));
    const vector = await eventually(async () => {
      const read = await convergenceOf(after.body.id);
      expect(read.clusters[0].connection).toBe("stale");
      return read;
    });
    expect(vector.state).toBe("unknown");
    expect(vector.summary).toMatch(/^1 unknown since 20/);
    expect((await convergenceOf(before.body.id)).state).toBe("converged");
    const { body } = await tenant.api.get("/v1/clusters");
    expect(body.items[0].connection).toMatchObject({ state: "stale", connectorVersion: "0.1.0-test" });
  });
});
