import { createIntent } from "@fairlead/database";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinCluster } from "../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import type { TestConnector } from "../testing/test-connector.ts";

const keyOf = (name: string) => `gateway.networking.k8s.io/HTTPRoute/default/${name}`;

let cloud: TestCloud;
let tenant: TestTenant;
let connector: TestConnector;

/** No worker runs here until a test starts one. */
beforeAll(async () => {
  cloud = await startTestCloud({ roles: new Set(["api", "tunnel"]) });
  tenant = await cloud.tenant("acme");
  ({ connector } = await joinCluster(tenant.api, { name: "one" }));
});
afterAll(async () => {
  await connector?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** Commits a route as a handler does, by a process that dies right after: no poke, no relay, no hint. */
async function commitAndDie(name: string): Promise<void> {
  const { id: cluster } = (await tenant.api.get("/v1/clusters")).body.items[0];
  await cloud.database.write(tenant.organization, "system", (tx) =>
    createIntent(tx, {
      kind: "HTTPRoute",
      apiVersion: "gateway.networking.k8s.io/v1",
      project: tenant.project,
      namespace: "default",
      name,
      labels: {},
      annotations: {},
      placement: { clusterSelector: {} },
      spec: {},
      clusters: [cluster],
    }),
  );
}

// Guarantee: what was acknowledged is rendered, whoever dies when.
test("a write whose process died before telling anyone is found in the outbox", async () => {
  await commitAndDie("outbox");
  const worker = await cloud.replica({ roles: new Set(["worker"]) });
  await eventually(() => expect(connector.object(keyOf("outbox"))).toBeDefined());
  await worker.close();
});

test("a write whose hint was taken from the outbox and lost is found by the sweep", async () => {
  await commitAndDie("swept");
  // A relay that handed its events to a queue which lost them.
  while ((await cloud.database.system.relayOutbox(1000, async () => {})) > 0);
  const worker = await cloud.replica({ roles: new Set(["worker"]) });
  await eventually(() => expect(connector.object(keyOf("swept"))).toBeDefined());
  await worker.close();
});

test("hints that come twice, late and for nothing do no harm", async () => {
  const worker = await cloud.replica({ roles: new Set(["worker"]) });
  const { organization } = tenant;
  const hint = JSON.stringify({ organization, revision: "1.1" });
  await cloud.database.system.queue.send("render", [hint, hint, "nonsense", "{}", hint]);
  await commitAndDie("after-noise");
  await eventually(() => expect(connector.object(keyOf("after-noise"))).toBeDefined());
  expect(await cloud.digests(organization)).toEqual([connector.bundle.digest]);
  await worker.close();
});
