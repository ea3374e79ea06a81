import { type ClusterId, isId } from "@fairlead/contract";
import { factsHead, listFacts } from "@fairlead/database";
import { eventually } from "@fairlead/testkit";
import { FactBook } from "@fairlead/tunnel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinCluster } from "../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import { TestConnector } from "../testing/test-connector.ts";

let cloud: TestCloud;
let tenant: TestTenant;
beforeAll(async () => {
  cloud = await startTestCloud();
  tenant = await cloud.tenant("acme");
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const service = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name } });
const inside = <T>(work: Parameters<typeof cloud.database.withTenant<T>>[1]) =>
  cloud.database.withTenant(tenant.organization, work);

function idOf(text: string): ClusterId {
  if (!isId("clu", text)) throw new TypeError(`not a cluster's id: ${text}`);
  return text;
}

async function told(cluster: string) {
  const id = idOf(cluster);
  const { facts } = await inside((tx) => listFacts(tx, id));
  return Object.fromEntries(facts.map(({ key, body }) => [key, body]));
}

test("facts are stored as the connector has them, followed, and kept with their age while it is away", async () => {
  const facts = new FactBook();
  for (let n = 0; n < 2_000; n++) facts.set(`/Service/default/s${n}`, service(`s${n}`.padEnd(300, "x")));
  const { cluster, connector } = await joinCluster(tenant.api, { name: "one" }, { facts });
  const id = idOf(cluster);
  await eventually(async () => expect(Object.keys(await told(cluster))).toHaveLength(2_000));

  facts.set("/Service/default/s7", undefined);
  facts.set("/Service/default/new", service("new"));
  connector.factsChanged(["/Service/default/s7", "/Service/default/new"]);
  await eventually(async () => expect((await told(cluster))["/Service/default/new"]).toBe(service("new")));
  expect(await told(cluster)).not.toHaveProperty("/Service/default/s7");

  await connector[Symbol.asyncDispose]();
  const before = await inside((tx) => factsHead(tx, id));
  expect(before).toMatchObject({ objects: 2_000, leftOut: {} });

  // One that comes back with the same is believed without a resend: the version stays, the time moves on.
  await using again = new TestConnector({ url: connector.url, facts }, connector.identity, connector.bundle);
  again.connect();
  await eventually(async () => {
    const head = await inside((tx) => factsHead(tx, id));
    expect(head?.observedAt.getTime()).toBeGreaterThan(before?.observedAt.getTime() ?? 0);
    expect(head?.version).toBe(before?.version);
  });
});

test("a connector that knows nothing of facts is served as ever", async () => {
  const { cluster, connector } = await joinCluster(tenant.api, { name: "old" });
  await using _ = connector;
  await tenant.api.post(`/v1/projects/${tenant.project}/http-routes`, { name: "r", spec: {} });
  await eventually(() => expect(connector.object("gateway.networking.k8s.io/HTTPRoute/default/r")).toBeDefined());
  expect(await told(cluster)).toEqual({});
});

test("what an older connection still sends is not stored", async () => {
  const facts = new FactBook();
  facts.set("/Service/default/a", service("a"));
  const { cluster, connector } = await joinCluster(tenant.api, { name: "two" }, { facts });
  await eventually(async () => expect(Object.keys(await told(cluster))).toEqual(["/Service/default/a"]));
  const other = new FactBook();
  other.set("/Service/default/b", service("b"));
  await using newer = new TestConnector({ url: connector.url, facts: other }, connector.identity, connector.bundle);
  newer.connect();
  facts.set("/Service/default/late", service("late"));
  await eventually(async () => expect(Object.keys(await told(cluster))).toEqual(["/Service/default/b"]));
  connector.factsChanged(["/Service/default/late"]);
  await connector[Symbol.asyncDispose]();
  expect(Object.keys(await told(cluster))).toEqual(["/Service/default/b"]);
});
