import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { joinCluster } from "../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import { TestConnector } from "../testing/test-connector.ts";

const route = (name: string, port = 80) => ({ name, spec: { rules: [{ backendRefs: [{ name: "web", port }] }] } });
const keyOf = (name: string) => `gateway.networking.k8s.io/HTTPRoute/default/${name}`;

let cloud: TestCloud;
let tenant: TestTenant;
let routes: string;
let cluster: string;
let connector: TestConnector;

beforeAll(async () => {
  cloud = await startTestCloud();
  tenant = await cloud.tenant("acme");
  routes = `/v1/projects/${tenant.project}/http-routes`;
  ({ cluster, connector } = await joinCluster(tenant.api, { name: "one" }));
});
afterAll(async () => {
  await connector?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

describe("delivery", () => {
  test("a new route arrives with its annotations and converges, with a time for each stage", async () => {
    const made = await tenant.api.post(routes, route("first"));
    const vector = await tenant.api.get(`${routes}/${made.body.id}/convergence?waitMs=5000`);
    expect(vector.body).toMatchObject({ state: "converged", summary: "1 converged", revision: made.body.revision });
    const { stored, sent, applied, proxied } = vector.body.stages;
    expect([sent, applied, proxied].map(({ done, total }) => `${done}/${total}`)).toEqual(["1/1", "1/1", "1/1"]);
    const times = [stored.at, sent.at, applied.at, proxied.at];
    expect(times).toEqual(times.toSorted());
    expect(connector.object(keyOf("first"))?.metadata.annotations).toEqual({
      "fairlead.dev/intent": made.body.id,
      "fairlead.dev/revision": made.body.revision,
    });
  });

  test("a change arrives with a new revision; what did not change keeps its own", async () => {
    const still = await tenant.api.post(routes, route("still"));
    const moving = await tenant.api.post(routes, route("moving"));
    const moved = await tenant.api.put(`${routes}/${moving.body.id}`, route("moving", 81), "*");
    const revisionOf = (name: string) => connector.object(keyOf(name))?.metadata.annotations["fairlead.dev/revision"];
    await eventually(() => expect(revisionOf("moving")).toBe(moved.body.revision));
    expect(revisionOf("still")).toBe(still.body.revision);
  });

  test("a delete leaves no object, converges as a revision, and its tombstone is dropped once acknowledged", async () => {
    const { body } = await tenant.api.post(routes, route("doomed"));
    await eventually(() => expect(connector.object(keyOf("doomed"))).toBeDefined());
    const gone = await tenant.api.delete(`${routes}/${body.id}`, "*");
    const rollUp = await tenant.api.get(`/v1/convergence?revision=${gone.body.revision}&waitMs=5000`);
    expect(rollUp.body).toMatchObject({ state: "converged", revision: gone.body.revision });
    expect(connector.object(keyOf("doomed"))).toBeUndefined();
  });

  test("labels and grants of a whole project move at once, and the digest of the manifest still agrees", async () => {
    await tenant.api.put(`/v1/clusters/${cluster}`, { name: "one", labels: { moved: "yes" } }, "*");
    const grants = [{ clusterSelector: { matchLabels: { moved: "no" } }, namespaces: ["*"] }];
    const project = await tenant.api.get(`/v1/projects/${tenant.project}`);
    await tenant.api.put(`/v1/projects/${tenant.project}`, { name: project.body.name, grants }, "*");
    await eventually(() => expect(connector.bundle.manifest()).toEqual([]));
    await tenant.api.put(
      `/v1/projects/${tenant.project}`,
      { name: project.body.name, grants: project.body.grants },
      "*",
    );
    await eventually(() => expect(connector.bundle.manifest().length).toBe(3));
    const [digest] = await cloud.digests(tenant.organization);
    expect(digest).toBe(connector.bundle.digest);
  });

  test("after a cut the connector gets what it missed, and nothing twice", async () => {
    connector.cut();
    await eventually(() => expect(connector.open).toBe(false));
    const made = await tenant.api.post(routes, route("missed"));
    const before = connector.received;
    connector.connect();
    await eventually(() => expect(connector.object(keyOf("missed"))).toBeDefined());
    expect(connector.received - before).toBe(1);
    await eventually(async () => {
      const vector = await tenant.api.get(`${routes}/${made.body.id}/convergence`);
      expect(vector.body.state).toBe("converged");
    });
  });

  test("a connector that lost its disk is given everything again", async () => {
    const held = connector.bundle.manifest().length;
    const fresh = new TestConnector({ url: connector.url }, connector.identity);
    connector.cut();
    await connector[Symbol.asyncDispose]();
    connector = fresh;
    fresh.connect();
    await eventually(() => expect(fresh.bundle.manifest().length).toBe(held));
    expect((await cloud.digests(tenant.organization))[0]).toBe(fresh.bundle.digest);
  });

  test("kinds are rendered in the version the cluster serves", async () => {
    const serves = ["gateway.networking.k8s.io/v1beta1/HTTPRoute"];
    const old = new TestConnector({ url: connector.url, serves }, connector.identity, connector.bundle);
    await connector[Symbol.asyncDispose]();
    connector = old;
    old.connect();
    await eventually(() => expect(old.object(keyOf("first"))?.apiVersion).toBe("gateway.networking.k8s.io/v1beta1"));
  });

  // Guarantee: revisions never go back, although the backup's counter may.
  test("after a restored backup the connector compares everything and goes on in the new epoch", async () => {
    await cloud.database.system.bumpEpoch();
    const { body } = await tenant.api.post(routes, route("after-restore"));
    expect(body.revision).toMatch(/^2\./);
    await eventually(() => expect(connector.ended).toMatchObject({ code: "revision_mismatch" }));
    connector.connect();
    await eventually(() => expect(connector.object(keyOf("after-restore"))).toBeDefined());
    expect(connector.bundle.through.epoch).toBe(2);
    await eventually(async () => expect(await cloud.digests(tenant.organization)).toEqual([connector.bundle.digest]));
    const vector = await tenant.api.get(`${routes}/${body.id}/convergence?waitMs=5000`);
    expect(vector.body.state).toBe("converged");
  });
});
