import { eventually, startSqs } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { joinCluster } from "../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import { TestApi } from "../testing/test-api.ts";
import { TestConnector } from "../testing/test-connector.ts";
import type { Cloud } from "./start-cloud.ts";

const route = (name: string) => ({ name, spec: { rules: [{ backendRefs: [{ name: "web", port: 80 }] }] } });
const keyOf = (name: string) => `gateway.networking.k8s.io/HTTPRoute/default/${name}`;
const tunnelOf = (cloud: Cloud) => `${cloud.url.replace("http", "ws")}/v1/tunnel`;

describe("two processes with every role", () => {
  let cloud: TestCloud;
  let second: Cloud;
  let tenant: TestTenant;
  let routes: string;
  let cluster: string;
  let connector: TestConnector;

  beforeAll(async () => {
    cloud = await startTestCloud();
    second = await cloud.replica();
    tenant = await cloud.tenant("acme");
    routes = `/v1/projects/${tenant.project}/http-routes`;
    // Joined at the second process; everything below is written at the first.
    ({ cluster, connector } = await joinCluster(new TestApi(second.url, tenant.token), { name: "one" }));
  });
  afterAll(async () => {
    await connector?.[Symbol.asyncDispose]();
    await cloud?.[Symbol.asyncDispose]();
  });

  test("a write at one arrives through the other, and its convergence is read at the first", async () => {
    const { body } = await tenant.api.post(routes, route("across"));
    const vector = await tenant.api.get(`${routes}/${body.id}/convergence?waitMs=5000`);
    expect(vector.body.state).toBe("converged");
    expect(connector.object(keyOf("across"))).toBeDefined();
  });

  test("writes at both at once end in one bundle: nothing lost, nothing twice", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `both-${i}`);
    const other = new TestApi(second.url, tenant.token);
    const answers = await Promise.all(names.map((name, i) => (i % 2 ? other : tenant.api).post(routes, route(name))));
    expect(new Set(answers.map((answer) => answer.body.revision)).size).toBe(20);
    await eventually(() => expect(names.filter((name) => connector.object(keyOf(name)) === undefined)).toEqual([]));
    await eventually(async () => expect(await cloud.digests(tenant.organization)).toEqual([connector.bundle.digest]));
  });

  test("a connection at one takes over from the one at the other", async () => {
    const here = new TestConnector({ url: tunnelOf(cloud.cloud) }, connector.identity, connector.bundle);
    here.connect();
    await eventually(() => expect(here.open).toBe(true));
    await eventually(() => expect(connector.ended).toMatchObject({ code: "unavailable" }));
    const { body } = await tenant.api.post(routes, route("moved"));
    expect((await tenant.api.get(`${routes}/${body.id}/convergence?waitMs=5000`)).body.state).toBe("converged");
    await here[Symbol.asyncDispose]();
    connector.connect();
    await eventually(() => expect(connector.open).toBe(true));
  });

  test("a revocation at one closes the socket at the other at once", async () => {
    const startedAt = performance.now();
    await tenant.api.post(`/v1/clusters/${cluster}/revoke`, undefined);
    await eventually(() => expect(connector.ended).toMatchObject({ code: "cluster_revoked" }));
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

describe("a process for each role, with SQS between them", () => {
  test("a write travels api → queue → worker → tunnel → connector", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("AWS_REGION", "eu-central-1");
    await using sqs = await startSqs();
    const form = new URLSearchParams({ Action: "CreateQueue", QueueName: "render", Version: "2012-11-05" });
    expect((await fetch(sqs.endpoint, { method: "POST", body: form })).status).toBe(200);
    const queue = { queueUrl: `${sqs.endpoint}/123456789012/render`, queueEndpoint: sqs.endpoint };
    await using cloud = await startTestCloud({ ...queue, roles: new Set(["api"]) });
    const tunnel = await cloud.replica({ roles: new Set(["tunnel"]) });
    await cloud.replica({ roles: new Set(["worker"]) });
    const tenant = await cloud.tenant("acme");
    const { connector } = await joinCluster(tenant.api, { name: "one" }, { url: tunnelOf(tunnel) });
    const { body } = await tenant.api.post(`/v1/projects/${tenant.project}/http-routes`, route("queued"));
    const path = `/v1/projects/${tenant.project}/http-routes/${body.id}/convergence?waitMs=10000`;
    expect((await tenant.api.get(path)).body.state).toBe("converged");
    await connector[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
  });
});
