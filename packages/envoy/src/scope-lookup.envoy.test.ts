import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCOPE_HEADER } from "./scope-lookup.ts";
import { TestEnvoy } from "./testing/envoy.ts";
import { type Echo, echo, freePort, send } from "./testing/http.ts";
import { backend, chain, forward, header, match, path, route, socket, table, to } from "./testing/model.ts";
import { translateModel } from "./translate.ts";
import { TYPE_URL } from "./type-url.ts";

let envoy: TestEnvoy;
let upstream: Echo;
let one = 0;
let two = 0;

/** A route that tells in a header which table it stands in. */
const inTable = (name: string, prefix = "/") =>
  route(forward([to("echo")]), {
    match: match({ path: path(prefix) }),
    requestHeaders: { set: [header("x-table", name)], add: [], remove: [] },
  });

beforeAll(async () => {
  [envoy, upstream, one, two] = await Promise.all([TestEnvoy.start(), echo("echo"), freePort(), freePort()]);
  const { resources } = translateModel({
    sockets: [socket(one, [chain("ns/one/80")]), socket(two, [chain("ns/two/80")])],
    tables: [
      table("ns/one/80", "a.example", [inTable("one a", "/a")]),
      table("ns/one/80", "*.example", [inTable("one *.example")]),
      table("ns/one/80", "*.deep.example", [inTable("one *.deep.example")]),
      table("ns/one/80", "2001:db8::1", []),
      table("ns/two/80", "a.example", [inTable("two a")]),
      table("ns/two/80", "*", [inTable("two *")]),
      { ...table("ns/two/80", "*.label.example", [inTable("two label")]), oneLabel: true },
    ],
    backends: [backend("echo", [upstream.port])],
    certificates: [],
  });
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
});

afterAll(async () => {
  await envoy?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const LONG = `${"a.".repeat(200)}example`;

describe("a host finds its table", () => {
  const cases: [listener: string, host: string, path: string, table: string | 404][] = [
    ["one", "a.example", "/a", "one a"],
    ["one", "A.EXAMPLE", "/a", "one a"],
    ["one", "a.example:8080", "/a", "one a"],
    ["one", "a.example.", "/a", "one a"],
    ["one", "A.Example.:443", "/a", "one a"],
    ["one", "a.example", "/other", 404],
    ["one", "A.EXAMPLE:80", "/other", 404],
    ["one", "b.example", "/", "one *.example"],
    ["one", "B.example:81", "/", "one *.example"],
    ["one", "x.y.z.example", "/", "one *.example"],
    ["one", "x.deep.example", "/", "one *.deep.example"],
    ["one", "deep.example", "/", "one *.example"],
    ["one", "example", "/", 404],
    ["one", "elsewhere.org", "/", 404],
    ["one", LONG, "/", "one *.example"],
    ["one", "a.example%7cb", "/a", 404],
    ["one", "[::1]:80", "/", 404],
    ["two", "a.example", "/", "two a"],
    ["two", "b.example", "/", "two *"],
    ["two", "b.label.example", "/", "two label"],
    ["two", "B.Label.example.:8080", "/", "two label"],
    ["two", "a.b.label.example", "/", "two *"],
    ["two", "label.example", "/", "two *"],
    ["two", "elsewhere.org:1234", "/", "two *"],
    ["two", LONG, "/", "two *"],
    ["two", "localhost", "/", "two *"],
    ["two", "10.0.0.1", "/", "two *"],
    ["two", "[::1]", "/", "two *"],
  ];
  it.each(cases)("listener %s, host %s, path %s: %s", async (listener, host, requestPath, expected) => {
    const answer = await send({ port: listener === "one" ? one : two, host, path: requestPath });
    if (expected === 404) {
      expect(answer.status).toBe(404);
    } else {
      expect(answer.seen?.headers["x-table"]).toBe(expected);
      // The backend sees the host as the client wrote it.
      expect(answer.seen?.headers.host).toBe(host);
    }
  });
});

// What keeps the tenants of two listeners apart is a header, so a client must not be able to write it.
it.each([SCOPE_HEADER, SCOPE_HEADER.toUpperCase()])("a client cannot choose its table through %s", async (name) => {
  const answer = await send({ port: one, host: "elsewhere.org", headers: { [name]: "ns/two/80|a.example" } });
  expect(answer.status).toBe(404);
  const own = await send({ port: one, host: "b.example", headers: { [name]: "ns/two/80|a.example" } });
  expect(own.seen?.headers["x-table"]).toBe("one *.example");
});

it("the backend does not see the lookup header", async () => {
  for (const host of ["b.example", "B.example:80"]) {
    const answer = await send({ port: one, host });
    expect(answer.seen?.headers).not.toHaveProperty(SCOPE_HEADER);
  }
});

it("a new table takes over from the wildcard above it, and gives back", async () => {
  const name = "ns/one/80|late.example";
  const { resources } = translateModel({
    sockets: [],
    tables: [table("ns/one/80", "late.example", [inTable("late")])],
    backends: [],
    certificates: [],
  });
  const seen = async () => (await send({ port: one, host: "late.example" })).seen?.headers["x-table"];
  expect(await seen()).toBe("one *.example");
  envoy.ads.set(resources);
  await envoy.ads.verdict({ typeUrl: TYPE_URL.route, name });
  await expect.poll(seen).toBe("late");
  envoy.ads.remove({ typeUrl: TYPE_URL.scope, name });
  await expect.poll(seen).toBe("one *.example");
});

it("Envoy has nothing to complain about", () => {
  expect(envoy.log()).toBe("");
});
