import type { CorsPolicy } from "@fairlead/mesh-model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestEnvoy } from "./testing/envoy.ts";
import { type Echo, echo, freePort, send } from "./testing/http.ts";
import { backend, chain, forward, match, path, route, socket, table, to } from "./testing/model.ts";
import { translateModel } from "./translate.ts";

const CHAIN = "ns/gw/80";
const ORIGIN = { object: "gateway.networking.k8s.io/HTTPRoute/default/test", field: "spec.rules[0]" } as const;
const copies: (string | undefined)[] = [];
const tries = new Map<string, number>();
const started: Echo[] = [];
let envoy: TestEnvoy;
let port = 0;

const CORS: CorsPolicy = {
  allowOrigins: [
    { scheme: "https", host: "shop.example" },
    { scheme: "https", host: "*.wild.example" },
  ],
  allowMethods: ["GET", "PUT"],
  allowHeaders: ["x-one", "x-two"],
  exposeHeaders: ["x-set"],
  allowCredentials: true,
  maxAgeSeconds: 60,
  origin: ORIGIN,
};
const OPEN: CorsPolicy = { ...CORS, allowOrigins: [{ host: "*" }], allowMethods: ["*"], allowHeaders: ["*"] };

/** Answers as the path says: `/status/<code>/<failing tries>`, `/late/<milliseconds>/<failing tries>` or `/hang…/<hanging tries>`. */
const faulty = () =>
  echo("faulty", (message, response) => {
    const url = message.url ?? "";
    const count = (tries.get(url) ?? 0) + 1;
    tries.set(url, count);
    const [, kind, first, second] = url.split("/");
    if (kind?.startsWith("hang") && count <= Number(first)) return;
    if (kind === "late") {
      setTimeout(() => response.writeHead(count <= Number(second) ? 500 : 200).end(`${count}`), Number(first));
      return;
    }
    response.writeHead(kind === "status" && count <= Number(second) ? Number(first) : 200).end(`${count}`);
  });

const mirrored = () =>
  echo("mirror", (message, response) => {
    copies.push(`${message.headers.host}${message.url}`);
    response.end();
  });

beforeAll(async () => {
  const [a, copy, bad] = await Promise.all([echo("a"), mirrored(), faulty()]);
  started.push(a, copy, bad);
  [envoy, port] = await Promise.all([TestEnvoy.start(), freePort()]);
  const at = (prefix: string, action = forward([to("a")]), parts = {}) =>
    route(action, { match: match({ path: path(prefix) }), ...parts });
  const mirror = (perMillion: number) => ({ backend: "copy", perMillion, origin: ORIGIN });
  const routes = [
    at("/mirror-half", forward([to("a"), to(undefined)], { mirrors: [mirror(500_000)] })),
    at(
      "/apart",
      forward([
        to("a", 1, { rewrite: { host: "one.example", path: { type: "prefix", value: "/one" } } }),
        to("a", 1, { rewrite: { path: { type: "full", value: "/two" } }, mirrors: [mirror(500_000)] }),
        to("a", 2),
        to(undefined, 1),
      ]),
    ),
    at("/mirror", forward([to("a")], { mirrors: [mirror(1_000_000), mirror(1_000_000)] })),
    at("/status", forward([to("bad")], { retry: { statuses: [500, 503], attempts: 2, backoffMs: 5 } })),
    at("/hang", forward([to("bad")], { tryTimeoutMs: 150, timeoutMs: 5000, retry: { statuses: [], attempts: 2 } })),
    at("/late", forward([to("bad")], { timeoutMs: 700, retry: { statuses: [500], attempts: 5, backoffMs: 5 } })),
    at("/hang-once", forward([to("bad")], { tryTimeoutMs: 150 })),
    at("/cors", forward([to("a")]), { cors: CORS }),
    at("/open", forward([to("a")]), { cors: OPEN }),
    route(forward([to("a")]), { match: match({ path: path("/open-post"), method: "POST" }), cors: OPEN }),
    route(forward([to("a")]), { match: match({ path: path("/get"), method: "GET" }), cors: CORS }),
    at("/"),
  ];
  const { resources, findings } = translateModel({
    sockets: [socket(port, [chain(CHAIN)])],
    tables: [table(CHAIN, "a.example", routes), table(CHAIN, "*.b.example", routes)],
    backends: [backend("a", [a.port]), backend("bad", [bad.port]), backend("copy", [copy.port])],
    certificates: [],
  });
  expect(findings).toEqual([]);
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
});

afterAll(async () => {
  await envoy?.[Symbol.asyncDispose]();
  for (const server of started) await server[Symbol.asyncDispose]();
});

describe("mirrors", () => {
  it("every mirror gets a copy with the same Host and path", async () => {
    copies.length = 0;
    expect((await send({ port, path: "/mirror/x" })).status).toBe(200);
    await expect.poll(() => copies).toEqual(["a.example/mirror/x", "a.example/mirror/x"]);
  });

  it("a share is a share of what is forwarded, also behind a share that is answered 500", async () => {
    copies.length = 0;
    const answers = await Promise.all(Array.from({ length: 400 }, () => send({ port, path: "/mirror-half" })));
    const forwarded = answers.filter(({ status }) => status === 200).length;
    await expect.poll(() => copies.length / forwarded).toBeGreaterThan(0.35);
    expect(copies.length / forwarded).toBeLessThan(0.65);
  });
});

describe("backends that rewrite and mirror by themselves", () => {
  it("each gets its share, treated its own way", async () => {
    copies.length = 0;
    const counts = new Map<string, number>();
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => send({ port, path: "/apart/x" })));
      for (const { status, seen } of answers) {
        const kind = seen ? `${seen.headers.host}${seen.path}` : String(status);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
    expect([...counts.keys()].sort()).toEqual(["500", "a.example/apart/x", "a.example/two", "one.example/one/x"]);
    for (const [kind, count] of counts) {
      const expected = kind === "a.example/apart/x" ? 400 : 200;
      expect(Math.abs(count - expected), kind).toBeLessThan(80);
    }
    await expect.poll(() => copies.length).toBeGreaterThan(60);
    expect(copies.length).toBeLessThan(140);
    expect(new Set(copies)).toEqual(new Set(["a.example/two"]));
  });
});

describe("retries and timeouts", () => {
  it("a status that is named is tried again, up to the number of attempts", async () => {
    expect(await send({ port, path: "/status/503/2" })).toMatchObject({ status: 200, body: "3" });
    expect((await send({ port, path: "/status/500/5" })).status).toBe(500);
    expect(tries.get("/status/500/5")).toBe(3);
  });

  it("another status is not", async () => {
    expect((await send({ port, path: "/status/502/1" })).status).toBe(502);
  });

  it("a try that takes too long is tried again", async () => {
    expect(await send({ port, path: "/hang/1" })).toMatchObject({ status: 200, body: "2" });
  });

  it("the timeout of a request holds for all its tries together", async () => {
    expect(await send({ port, path: "/late/1/1" })).toMatchObject({ status: 200, body: "2" });
    expect((await send({ port, path: "/late/400/2" })).status).toBe(504);
  });

  it("a try that takes too long and is not tried again is answered 504", async () => {
    expect((await send({ port, path: "/hang-once/1" })).status).toBe(504);
    expect(tries.get("/hang-once/1")).toBe(1);
    expect((await send({ port, path: "/hang/9" })).status).toBe(504);
    expect(tries.get("/hang/9")).toBe(3);
  });
});

describe("CORS", () => {
  const preflight = (origin: string, where: string, host = "a.example", method = "PUT") =>
    send({
      port,
      host,
      path: where,
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method, "access-control-request-headers": "x-any" },
    });

  // The route of the last three is found by the Lua filters: a filter switched on per route would not run for them.
  it.each(["a.example", "A.Example", "a.example:80", "x.b.example"])(
    "a preflight request to %s is answered",
    async (host) => {
      const answer = await preflight("https://shop.example", "/cors", host);
      expect(answer).toMatchObject({ status: 200, seen: undefined });
      expect(answer.headers).toMatchObject({
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-methods": "GET, PUT",
        "access-control-allow-headers": "x-one, x-two",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "60",
      });
    },
  );

  it.each([
    "https://evil.example",
    "http://shop.example",
    "https://wild.example",
    "https://x.wild.example.evil.example",
  ])("an origin that is not allowed is not told so: %s", async (origin) => {
    const answer = await preflight(origin, "/cors");
    expect(answer.seen).toBeUndefined();
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    const request = await send({ port, path: "/cors", headers: { origin } });
    expect(request.seen?.backend).toBe("a");
    expect(request.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("a wildcard stands for several labels", async () => {
    const answer = await send({ port, path: "/cors", headers: { origin: "https://x.y.wild.example" } });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": "https://x.y.wild.example",
      "access-control-expose-headers": "x-set",
    });
  });

  it.each(["/open", "/open-post"])("%s: any origin, method and header, by name and with credentials", async (where) => {
    const headers = { origin: "https://any.example:8443", "access-control-request-method": "POST" };
    const ask = (more = {}) => send({ port, path: where, method: "OPTIONS", headers: { ...headers, ...more } });
    const answer = await ask({ "access-control-request-headers": "x-any, x-other" });
    expect(answer).toMatchObject({ status: 200, seen: undefined });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": "https://any.example:8443",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "x-any, x-other",
    });
    for (const without of [await ask(), await ask({ "access-control-request-headers": "" })]) {
      expect(without).toMatchObject({ status: 200, seen: undefined });
      expect(without.headers["access-control-allow-methods"]).toBe("POST");
      expect(without.headers["access-control-allow-headers"]).toBeUndefined();
    }
  });

  it("a route of one method answers the preflight requests that ask for it", async () => {
    expect((await preflight("https://shop.example", "/get", "a.example", "GET")).status).toBe(200);
    const other = await preflight("https://shop.example", "/get", "a.example", "PUT");
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("a route without a policy passes everything on", async () => {
    expect((await preflight("https://shop.example", "/")).seen?.method).toBe("OPTIONS");
  });
});
