import { TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import { describe, expect, test } from "vitest";
import type { AdsStep, DeltaRequest, DeltaResponse } from "./ads-messages.ts";
import { AdsSession } from "./ads-session.ts";
import { ResourceCache } from "./resource-cache.ts";
import { fake, fakeBackend, fakeTable } from "./testing/fake-resource.ts";

const { cluster, endpoints, listener, route, scope } = TYPE_URL;

function open(cache = new ResourceCache(), window = 64) {
  const session = new AdsSession({ cache, window, placeholder: absentRoutes });
  const steps: AdsStep[] = [];
  cache.subscribe((changed) => steps.push(session.onCacheChange(changed)));
  const ask = (typeUrl: string, fields: Partial<DeltaRequest> = {}) =>
    session.onRequest({ typeUrl, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: "", ...fields });
  const ack = (response: DeltaResponse | undefined, error?: string) =>
    ask(response?.typeUrl ?? "", { nonce: response?.nonce ?? "", ...(error === undefined ? {} : { error }) });
  return { cache, session, ask, ack, pushed: () => steps.splice(0).flatMap((step) => step.responses.map(brief)) };
}

function absentRoutes(typeUrl: TypeUrl, name: string) {
  return typeUrl === route ? fake(typeUrl, name, "absent") : undefined;
}

/** A response in a line: type, names with versions, removals. */
function brief({ typeUrl, resources, removed }: DeltaResponse): string {
  const names = [...resources.map((r) => `${r.name}@${r.version}`), ...removed.map((name) => `-${name}`)];
  return `${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)} ${names.join(" ")}`.trim();
}

/** Acknowledges everything until nothing more comes, and says what was sent. */
function run(rig: ReturnType<typeof open>, step: AdsStep): string[] {
  const sent: string[] = [];
  for (let responses = step.responses; responses.length > 0; ) {
    sent.push(...responses.map(brief));
    responses = responses.flatMap((response) => rig.ack(response).responses);
  }
  return sent;
}

describe("what is sent alone", () => {
  test("clusters, one response each, as many at a time as the window allows", () => {
    const rig = open(new ResourceCache(), 2);
    rig.cache.update(["a", "b", "c"].map((name) => fake(cluster, name, "1")));
    const first = rig.ask(cluster);
    expect(first.responses.map(brief)).toEqual(["Cluster a@1", "Cluster b@1"]);
    expect(rig.ack(first.responses[0]).responses.map(brief)).toEqual(["Cluster c@1"]);
  });

  test("clusters that are not answered, because they are warming, do not hold back the endpoints they wait for", () => {
    const rig = open(new ResourceCache(), 2);
    rig.cache.update(["a", "b", "c"].flatMap((name) => fakeBackend(name)));
    expect(rig.ask(cluster).responses.map(brief)).toEqual(["Cluster a@1", "Cluster b@1"]);
    const { responses } = rig.ask(endpoints, { subscribe: ["a", "b"] });
    expect(responses.map(brief)).toEqual(["ClusterLoadAssignment a@1 b@1"]);
  });

  test("no longer alone once an Envoy has accepted the version", () => {
    const rig = open();
    rig.cache.update(["a", "b"].map((name) => fake(cluster, name, "1")));
    run(rig, rig.ask(cluster));
    expect(open(rig.cache).ask(cluster).responses.map(brief)).toEqual(["Cluster a@1 b@1"]);
  });

  test("endpoints share a response, and one that is refused is sent again piece by piece", () => {
    const rig = open();
    rig.cache.update([...fakeBackend("a"), ...fakeBackend("b")]);
    run(rig, rig.ask(cluster));
    const [both] = rig.ask(endpoints, { subscribe: ["a", "b"] }).responses;
    expect(both && brief(both)).toBe("ClusterLoadAssignment a@1 b@1");
    const again = rig.ack(both, "something is wrong");
    expect(again.responses.map(brief)).toEqual(["ClusterLoadAssignment a@1", "ClusterLoadAssignment b@1"]);
    expect(again.events).toEqual([]);
    expect(rig.ack(again.responses[1], "b is wrong").events).toMatchObject([{ type: "nacked", name: "b" }]);
  });

  test("the first answer with scopes holds all of them, because a listener waits for that answer only", () => {
    const rig = open();
    rig.cache.update([...fakeTable("x", "1", []), ...fakeTable("y", "1", [])]);
    expect(rig.ask(scope).responses.map(brief)).toEqual(["ScopedRouteConfiguration x@1 y@1"]);
  });
});

describe("what waits", () => {
  test("a route for the endpoints of its backends, while Envoy keeps the old version", () => {
    const rig = open();
    rig.cache.update([...fakeBackend("a"), ...fakeTable("x", "1", ["a"])]);
    run(rig, rig.ask(cluster));
    run(rig, rig.ask(endpoints, { subscribe: ["a"] }));
    run(rig, rig.ask(scope));
    run(rig, rig.ask(route, { subscribe: ["x"] }));
    rig.pushed();
    rig.cache.update([...fakeBackend("b"), ...fakeTable("x", "2", ["b"])]);
    expect(rig.pushed()).toEqual(["Cluster b@1"]);
    const [sent] = rig.ask(endpoints, { subscribe: ["b"] }).responses;
    rig.cache.update(fakeTable("x", "3", ["b"]));
    expect(rig.pushed()).toEqual([]);
    expect(rig.ack(sent).responses.map(brief)).toEqual(["RouteConfiguration x@3"]);
  });

  test("a cluster's removal for the routes that name it", () => {
    const rig = open();
    rig.cache.update([...fakeBackend("a"), ...fakeTable("x", "1", ["a"])]);
    run(rig, rig.ask(cluster));
    run(rig, rig.ask(endpoints, { subscribe: ["a"] }));
    run(rig, rig.ask(scope));
    run(rig, rig.ask(route, { subscribe: ["x"] }));
    rig.pushed();
    const gone = [cluster, endpoints, route, scope].map((typeUrl) => ({ typeUrl, name: "a" }));
    rig.cache.update(fakeTable("x", "2", []), gone);
    expect(rig.pushed()).toEqual(["RouteConfiguration x@2"]);
    expect(rig.ask(route, { nonce: "5", error: "no" }).responses).toEqual([]);
    rig.cache.update(fakeTable("x", "3", []));
    expect(rig.ask(route, { nonce: "6" }).responses.map(brief)).toEqual(["Cluster -a"]);
  });

  test("a listener for the routes that came with it, unless they cannot come", () => {
    const rig = open();
    rig.ask(cluster);
    rig.ack({ typeUrl: cluster, nonce: "1", resources: [], removed: [] });
    rig.cache.update([fake(listener, "first", "1")]);
    run(rig, rig.ask(listener));
    run(rig, rig.ask(scope));
    rig.pushed();
    rig.cache.update([...fakeTable("x", "1", []), fake(listener, "l", "1")]);
    expect(rig.pushed()).toEqual(["ScopedRouteConfiguration x@1"]);
    const asked = rig.ask(route, { subscribe: ["x"] }).responses;
    expect(asked.map(brief)).toEqual(["RouteConfiguration x@1"]);
    expect(rig.ask(scope, { nonce: "4" }).responses).toEqual([]);
    expect(rig.ack(asked[0]).responses.map(brief)).toEqual(["Listener l@1"]);
    rig.cache.update([...fakeTable("y", "1", ["never"]), fake(listener, "m", "1")]);
    expect(rig.pushed()).toEqual([]);
    expect(rig.ask(listener, { nonce: "6" }).responses.map(brief)).toEqual(["Listener m@1"]);
  });
});

describe("refusals", () => {
  test("are told once with their sources, and the version is not sent again", () => {
    const rig = open();
    rig.cache.update([fake(listener, "l", "bad")]);
    const [sent] = rig.ask(listener).responses;
    const step = rig.ack(sent, "cannot bind");
    expect(step.events).toEqual([
      {
        type: "nacked",
        typeUrl: listener,
        name: "l",
        version: "bad",
        message: "cannot bind",
        sources: ["test/Source//l"],
      },
    ]);
    expect(step.responses).toEqual([]);
    rig.cache.update([fake(listener, "other", "1")]);
    expect(rig.pushed()).toEqual(["Listener other@1"]);
    rig.cache.update([fake(listener, "l", "good")]);
    expect(rig.pushed()).toEqual(["Listener l@good"]);
  });
});

test("a refused resource is sent once more on request", () => {
  const rig = open();
  rig.cache.update([fake(listener, "l", "1")]);
  rig.ack(rig.ask(listener).responses[0], "cannot bind");
  expect(rig.session.retry(listener, "l").responses.map(brief)).toEqual(["Listener l@1"]);
  expect(rig.session.retry(listener, "l").responses).toEqual([]);
});

describe("a new stream", () => {
  test("gets only differences and removals", () => {
    const rig = open();
    rig.cache.update(["same", "changed", "new"].map((name) => fake(listener, name, "2")));
    const initialVersions = new Map([
      ["same", "2"],
      ["changed", "1"],
      ["gone", "1"],
    ]);
    const step = rig.ask(listener, { initialVersions });
    expect(step.responses.map(brief)).toEqual(["Listener changed@2", "Listener new@2", "Listener -gone"]);
    expect(step.events).toEqual([{ type: "acked", typeUrl: listener, name: "same", version: "2" }]);
    expect(rig.session.isSettled(listener, "same", "2")).toBe(true);
  });

  test("removes no cluster before Envoy has said which routes it holds", () => {
    const rig = open();
    expect(rig.ask(cluster, { initialVersions: new Map([["old", "1"]]) }).responses).toHaveLength(1);
    rig.ask(cluster, { nonce: "1" });
    const held = new Map([["x", "1"]]);
    const [removal] = rig.ask(listener, { initialVersions: held }).responses;
    expect(removal && brief(removal)).toBe("Listener -x");
    rig.ack(removal);
    rig.ask(scope, { initialVersions: held });
    expect(rig.ask(route, { initialVersions: held, subscribe: ["x"] }).responses).toEqual([]);
    expect(rig.ask(route, { unsubscribe: ["x"] }).responses.map(brief)).toEqual(["Cluster -old"]);
  });
});

describe("what does not exist", () => {
  test.each([
    [endpoints, "ClusterLoadAssignment -x"],
    [route, "RouteConfiguration x@absent"],
  ])("is answered at once: %s", (typeUrl, answer) => {
    const rig = open();
    expect(rig.ask(typeUrl, { subscribe: ["x"] }).responses.map(brief)).toEqual([answer]);
  });

  test("an empty subscription to everything gets an empty answer, which Envoy waits for", () => {
    const rig = open();
    const [empty] = rig.ask(cluster).responses;
    expect(empty).toMatchObject({ resources: [], removed: [] });
  });
});

test("a replaced cluster gets its endpoints again, for which Envoy does not ask", () => {
  const rig = open();
  rig.cache.update(fakeBackend("a"));
  run(rig, rig.ask(cluster));
  run(rig, rig.ask(endpoints, { subscribe: ["a"] }));
  rig.pushed();
  rig.cache.update(fakeBackend("a", "2", "1"));
  expect(rig.pushed()).toEqual(["Cluster a@2", "ClusterLoadAssignment a@1"]);
});

// Guarantee: a change costs what it touches, not what exists.
test("one route among 5,000 is pushed alone and quickly", () => {
  const rig = open();
  const names = Array.from({ length: 5_000 }, (_, i) => `r${i}`);
  rig.cache.update([...fakeBackend("a"), ...names.flatMap((name) => fakeTable(name, "1", ["a"]))]);
  run(rig, rig.ask(cluster));
  run(rig, rig.ask(endpoints, { subscribe: ["a"] }));
  run(rig, rig.ask(scope));
  run(rig, rig.ask(route, { subscribe: names }));
  rig.pushed();
  const began = performance.now();
  for (let i = 0; i < 500; i++) rig.cache.update(fakeTable("r4999", `${i + 2}`, ["a"]));
  expect((performance.now() - began) / 500).toBeLessThan(1);
  expect(rig.pushed()).toEqual(["RouteConfiguration r4999@2"]);
});
