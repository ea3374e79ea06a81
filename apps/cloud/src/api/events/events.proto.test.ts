import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../process/start-cloud.ts";
import { EventReader } from "../../testing/event-reader.ts";
import { joinCluster } from "../../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../../testing/start-test-cloud.ts";

let cloud: TestCloud;
/** A second process on the same database: what happens at the first must arrive here. */
let second: Cloud;
let acme: TestTenant;
let globex: TestTenant;
let routes: string;

beforeAll(async () => {
  cloud = await startTestCloud({ eventStreams: 3 });
  second = await cloud.replica();
  [acme, globex] = [await cloud.tenant("acme"), await cloud.tenant("globex")];
  routes = `/v1/projects/${acme.project}/http-routes`;
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const open = (tenant: TestTenant, since?: string, at: { readonly url: string } = cloud.cloud) =>
  EventReader.open(at.url, tenant.token, since);
const head = async () => (await acme.api.get("/v1/revisions?limit=1")).body.items[0].revision;

describe("GET /v1/events", () => {
  test("starts with the present revision and tells every change, on every replica, in order", async () => {
    await using here = await open(acme);
    await using there = await open(acme, undefined, second);
    expect(here.response.headers.get("content-type")).toBe("text/event-stream");
    await eventually(() =>
      expect([here.of("ready"), there.of("ready")]).toEqual([[expect.anything()], [expect.anything()]]),
    );
    const { body: made } = await acme.api.post(routes, { name: "told", spec: {} });
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, i) => acme.api.post(routes, { name: `told-${i}`, spec: {} })),
    );
    await acme.api.delete(`${routes}/${made.id}`, `"${made.revision}"`);
    for (const reader of [here, there]) {
      await eventually(() => expect(reader.of("change")).toHaveLength(22));
      const [first] = reader.of("change");
      expect(first).toEqual({
        revision: made.revision,
        action: "create",
        subject: "intent",
        id: made.id,
        kind: "HTTPRoute",
        project: acme.project,
      });
      const ids = reader.events.filter(({ event }) => event === "change").map(({ id }) => Number(id?.split(".")[1]));
      expect(ids).toEqual(Array.from({ length: 22 }, (_, i) => (ids[0] ?? 0) + i));
      expect(new Set(reader.of("change").map((one) => JSON.stringify(one))).size).toBe(many.length + 2);
    }
  });

  test("resumes after the last event: nothing missed, nothing twice", async () => {
    const since = await head();
    const { body } = await acme.api.post(routes, { name: "while-away", spec: {} });
    await using back = await open(acme, since);
    await eventually(() => expect(back.of("ready")).toEqual([{ revision: body.revision }]));
    expect(back.events.map(({ event, id }) => [event, id])).toEqual([
      ["change", body.revision],
      ["ready", body.revision],
    ]);
  });

  test.each([
    ["of another epoch", "9.1"],
    ["that is not there yet", "1.999999"],
  ])("a position %s: `reset`, and live from there", async (_, since) => {
    await using reader = await open(acme, since);
    await eventually(() => expect(reader.events.map(({ event }) => event)).toEqual(["reset", "ready"]));
    expect(reader.events[0]?.id).toBe(await head());
  });

  test("a position that is none: 422 naming the header", async () => {
    const answer = await acme.api.send("GET", "/v1/events", { headers: { "last-event-id": "yesterday" } });
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, "last-event-id"]);
  });

  // Guarantee: whatever one tenant does, another's stream is silent.
  test("another tenant's changes and clusters are never in it", async () => {
    await using theirs = await open(globex);
    await using alsoTheirs = await open(globex, "1.0", second);
    const { connector, cluster } = await joinCluster(acme.api, { name: "secret" });
    await using mine = await open(acme, undefined, second);
    await eventually(() => expect(mine.of("ready")).toHaveLength(1));
    const { body: made } = await acme.api.post(routes, { name: "secret", spec: {} });
    await eventually(() => {
      expect(mine.of("change")).toContainEqual(expect.objectContaining({ id: made.id }));
      expect(mine.of("state")).toContainEqual({ cluster });
    });
    await connector[Symbol.asyncDispose]();
    await eventually(() => expect(mine.of("clusters")).toContainEqual({ cluster }));
    for (const reader of [theirs, alsoTheirs]) {
      expect(reader.events.map(({ event }) => event).filter((name) => name !== "change")).toEqual(["ready"]);
      expect(reader.of("change")).not.toContainEqual(expect.objectContaining({ project: acme.project }));
    }
  });

  test("reports of a cluster come at most four a second, whatever it reports", async () => {
    const { connector } = await joinCluster(acme.api, { name: "chatty" });
    await using reader = await open(acme);
    await eventually(() => expect(reader.of("ready")).toHaveLength(1));
    const startedAt = performance.now();
    for (let i = 0; i < 40; i++) {
      connector.report(connector.bundle.through, [], []);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const seconds = (performance.now() - startedAt) / 1000;
    expect(reader.of("state").length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
    await connector[Symbol.asyncDispose]();
  });

  test("ends when its token is revoked, wherever that is done", async () => {
    const { body: made } = await acme.api.post("/v1/tokens", { name: "short-lived" });
    await using here = await EventReader.open(cloud.cloud.url, made.token);
    await using there = await EventReader.open(second.url, made.token);
    await using other = await open(acme);
    await eventually(() => expect([...here.of("ready"), ...there.of("ready")]).toHaveLength(2));
    await acme.api.delete(`/v1/tokens/${made.id}`);
    await eventually(() => expect([here.ended, there.ended]).toEqual(["end", "end"]));
    expect(other.ended).toBeUndefined();
  });

  test("so many streams for an organization and no more: 429, and one that leaves makes room", async () => {
    const readers = [await open(globex), await open(globex), await open(globex)];
    const refused = await globex.api.get("/v1/events");
    expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([
      429,
      "rate_limited",
      "10",
    ]);
    await using another = await open(acme);
    expect(another.response.status).toBe(200);
    await readers[0]?.[Symbol.asyncDispose]();
    await eventually(async () => {
      await using next = await open(globex);
      expect(next.response.status).toBe(200);
    });
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  });

  test("metrics count streams and why they ended", async () => {
    const text = await (await fetch(`${cloud.cloud.adminUrl}/metrics`)).text();
    expect(text).toMatch(/fairlead_event_streams_ended_total\{reason="revoked"\} 1/);
    expect(text).toMatch(/fairlead_events_sent_total\{event="change"\} \d+/);
    expect(text).toMatch(/fairlead_event_streams \d/);
  });

  test("a process that goes down ends its streams at once", async () => {
    const third = await cloud.replica();
    await using reader = await open(acme, undefined, third);
    await eventually(() => expect(reader.of("ready")).toHaveLength(1));
    await third.close();
    await eventually(() => expect(reader.ended).toBe("end"));
  });
});
