import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestCloud, type TestCloud, type TestTenant } from "./testing/start-test-cloud.ts";
import { TestConnector } from "./testing/test-connector.ts";

const route = (name: string, value = "/") => ({
  name,
  spec: {
    parentRefs: [{ name: "gw" }],
    rules: [{ matches: [{ path: { type: "PathPrefix", value } }], backendRefs: [{ name: "web", port: 80 }] }],
  },
});
const keyOf = (name: string) => `gateway.networking.k8s.io/HTTPRoute/default/${name}`;

describe("from a REST write to a connector and back", () => {
  let cloud: TestCloud;
  let tenant: TestTenant;
  let routes: string;
  let connector: TestConnector;

  beforeAll(async () => {
    cloud = await startTestCloud();
    tenant = await cloud.tenant("acme");
    routes = `/v1/projects/${tenant.project}/http-routes`;
    const cluster = await tenant.api.post("/v1/clusters", { name: "one", labels: { env: "dev" } });
    expect(cluster.status).toBe(201);
    const join = await tenant.api.post(`/v1/clusters/${cluster.body.id}/join-tokens`, {});
    expect(join.status).toBe(201);
    connector = new TestConnector({ url: join.body.tunnelUrl, joinToken: join.body.token });
    connector.connect();
    await eventually(() => expect(connector.open).toBe(true));
  });
  afterAll(async () => {
    await connector?.[Symbol.asyncDispose]();
    await cloud?.[Symbol.asyncDispose]();
  });

  test("a new route arrives with its annotations and converges", async () => {
    const made = await tenant.api.post(routes, route("first"));
    expect(made.status).toBe(201);
    const vector = await tenant.api.get(`${routes}/${made.body.id}/convergence?waitMs=5000`);
    expect(vector.body).toMatchObject({ state: "converged", summary: "1 converged", revision: made.body.revision });
    expect(connector.object(keyOf("first"))?.metadata.annotations).toEqual({
      "fairlead.dev/intent": made.body.id,
      "fairlead.dev/revision": made.body.revision,
    });
    expect(vector.body.stages.proxied).toMatchObject({ done: 1, total: 1 });
  });
});
