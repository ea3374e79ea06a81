import { eventually } from "@fairlead/testkit";
import { driftKey, FactBook, type Drift as ReportedDrift } from "@fairlead/tunnel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinCluster } from "../../testing/join-cluster.ts";
import { startTestCloud, type TestCloud } from "../../testing/start-test-cloud.ts";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const key = "gateway.networking.k8s.io/HTTPRoute/default/shop";

test("what a connector tells of drift is shown by cluster and as a condition of the intent, until it is over", async () => {
  const { api, project } = await cloud.tenant("drifting");
  const facts = new FactBook();
  const { cluster, connector } = await joinCluster(api, { name: "one" }, { facts });
  const routes = `/v1/projects/${project}/http-routes`;
  const spec = { rules: [{ backendRefs: [{ name: "web", port: 80 }] }] };
  const { body: intent } = await api.post(routes, { name: "shop", driftPolicy: "report", spec });
  expect(intent.driftPolicy).toBe("report");
  const object = await eventually(() => {
    const found = connector.object(key);
    if (found === undefined) throw new Error("not there");
    return found;
  });
  expect(object.metadata.annotations["fairlead.dev/drift-policy"]).toBe("report");
  const drift: ReportedDrift = {
    key,
    intent: intent.id,
    revision: intent.revision,
    policy: "report",
    change: "modified",
    state: "reported",
    reversals: 0,
    fields: [
      {
        field: "spec.rules[0].backendRefs[0].port",
        wanted: "80",
        live: "81",
        manager: "kubectl-edit",
        operation: "Update",
        time: "2026-11-01T10:00:00Z",
      },
    ],
    moreFields: 0,
    at: Date.parse("2026-11-01T10:00:01Z"),
  };
  const tell = (one: ReportedDrift | undefined) => {
    facts.set(driftKey(key), one && JSON.stringify(one));
    connector.factsChanged([driftKey(key)]);
  };
  tell(drift);
  const shown = await eventually(async () => {
    const { body } = await api.get(`/v1/clusters/${cluster}/drift`);
    expect(body.items).toHaveLength(1);
    return body.items[0];
  });
  expect(shown).toMatchObject({
    object: { kind: "HTTPRoute", namespace: "default", name: "shop" },
    intent: intent.id,
    policy: "report",
    state: "reported",
    fields: [{ field: "spec.rules[0].backendRefs[0].port", wanted: "80", live: "81", manager: "kubectl-edit" }],
    at: "2026-11-01T10:00:01.000Z",
  });
  const { body: vector } = await api.get(`${routes}/${intent.id}/convergence`);
  expect(vector.clusters[0].drift).toMatchObject({
    type: "InSync",
    status: "False",
    reason: "DriftReported",
    field: "spec.rules[0].backendRefs[0].port",
    message: expect.stringContaining("kubectl-edit changed spec.rules[0].backendRefs[0].port"),
  });
  tell(undefined);
  await eventually(async () => expect((await api.get(`/v1/clusters/${cluster}/drift`)).body.items).toEqual([]));

  // Guarantee: nobody sees another organization's.
  const other = await cloud.tenant("stranger");
  expect((await other.api.get(`/v1/clusters/${cluster}/drift`)).status).toBe(404);
  // A change of the policy alone is a change, and reaches the cluster.
  const put = await api.put(`${routes}/${intent.id}`, { name: "shop", spec }, `"${intent.revision}"`);
  expect(put.body.driftPolicy).toBe("revert");
  await eventually(() =>
    expect(connector.object(key)?.metadata.annotations["fairlead.dev/drift-policy"]).toBeUndefined(),
  );
});
