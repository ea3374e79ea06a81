import { createMetrics, silentLog } from "@fairlead/core";
import { revokeToken } from "@fairlead/database";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCloud, type TestCloud, type TestTenant } from "../../testing/start-test-cloud.ts";
import { findCaller } from "../http/authenticate.ts";
import { EventFeed } from "./event-feed.ts";

let cloud: TestCloud;
let tenant: TestTenant;

beforeAll(async () => {
  cloud = await startTestCloud({ roles: new Set(["api"]) });
  tenant = await cloud.tenant("acme");
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

// Guarantee: notifications are hints. A revocation nobody told of, or an expiry, ends the stream at the next heartbeat.
test("a token that stopped being good unheard ends its streams at the next heartbeat; comments come until then", async () => {
  const { database } = cloud;
  const feed = await EventFeed.start({
    database,
    log: silentLog,
    metrics: createMetrics(),
    streamsPerOrganization: 10,
    heartbeatMs: 50,
  });
  const { body: made } = await tenant.api.post("/v1/tokens", { name: "short-lived" });
  const body = await feed.open({
    organization: tenant.organization,
    token: made.id,
    authorized: async () => (await findCaller({ database }, `Bearer ${made.token}`)) !== undefined,
    since: undefined,
  });
  let text = "";
  const over = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
    return "over";
  })();
  await eventually(() => {
    expect(text).toMatch(/event: ready\nid: \d+\.\d+\ndata: .*\n\n/);
    expect(text.split(":\n\n").length).toBeGreaterThan(2);
  });
  await database.withTenant(tenant.organization, (tx) => revokeToken(tx, made.id));
  expect(await over).toBe("over");
  await feed.close();
});
