import type { HostTable, PathMatch, PathReplace, Route } from "@fairlead/mesh-model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestEnvoy } from "./testing/envoy.ts";
import { type Answer, type Echo, echo, freePort, type Sent, send } from "./testing/http.ts";
import { backend, chain, forward, header, match, path, route, socket, table, to, value } from "./testing/model.ts";
import { translateModel } from "./translate.ts";

const CHAIN = "ns/gw/80";
let envoy: TestEnvoy;
let a: Echo;
let b: Echo;
let port = 0;
let hosts = 0;

/** Serves `routes` under a host of their own until the end of the tests. */
async function serve(...routes: readonly Route[]): Promise<(sent?: Partial<Sent>) => Promise<Answer>> {
  return serveTable(table(CHAIN, `h${hosts++}.example`, routes));
}

async function serveTable(served: HostTable) {
  const { resources, findings } = translateModel({ sockets: [], tables: [served], backends: [], certificates: [] });
  expect(findings).toEqual([]);
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
  const ask = (sent: Partial<Sent> = {}) => send({ port, host: served.host.replace("*", "any"), ...sent });
  // An acknowledged route is in force on every worker a moment later.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return ask;
}

beforeAll(async () => {
  [envoy, a, b, port] = await Promise.all([TestEnvoy.start(), echo("a"), echo("b"), freePort()]);
  const { resources } = translateModel({
    sockets: [socket(port, [chain(CHAIN)])],
    tables: [],
    backends: [backend("a", [a.port]), backend("b", [b.port]), backend("empty", [])],
    certificates: [],
  });
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
});

afterAll(async () => {
  await envoy?.[Symbol.asyncDispose]();
  await a?.[Symbol.asyncDispose]();
  await b?.[Symbol.asyncDispose]();
});

describe("paths", () => {
  const matches: [PathMatch, matched: string[], others: string[]][] = [
    [path("/a", "exact"), ["/a", "/a?q=1"], ["/a/", "/a/b", "/A", "/"]],
    [path("/a"), ["/a", "/a/", "/a/b", "/a?q", "/a/b?q"], ["/ab", "/A", "/", "/b/a"]],
    [path("/a/"), ["/a", "/a/", "/a/b"], ["/ab"]],
    [path("/"), ["/", "/a", "/a/b?q"], []],
    [path("/v[0-9]+/x", "regex"), ["/v1/x", "/v22/x?q"], ["/v/x", "/v1/x/", "/a/v1/x"]],
    [path("/a%20b"), ["/a%20b/c"], ["/a"]],
  ];
  it.each(matches)("%o", async (served, matched, others) => {
    const ask = await serve(route(forward([to("a")]), { match: match({ path: served }) }));
    for (const requested of matched)
      expect([requested, (await ask({ path: requested })).status]).toEqual([requested, 200]);
    for (const requested of others)
      expect([requested, (await ask({ path: requested })).status]).toEqual([requested, 404]);
  });

  // Whatever a request's path is spelled like, it is judged and forwarded in one form.
  it.each([
    ["/public/../admin", 403, undefined],
    ["/public/%2e%2e/admin", 403, undefined],
    ["//admin", 403, undefined],
    ["/public//x", 200, "/public/x"],
    ["/public/./x", 200, "/public/x"],
    ["/public%2f..%2fadmin", 307, undefined],
    ["/public/%00", 400, undefined],
  ])("%s is answered %i", async (requested, status, seen) => {
    const ask = await serve(
      route({ type: "respond", status: 403, body: "" }, { match: match({ path: path("/admin") }) }),
      route(forward([to("a")])),
    );
    const answer = await ask({ path: requested });
    expect(answer.status).toBe(status);
    expect(answer.seen?.path).toBe(seen);
  });
});

describe("matches", () => {
  it("all parts must hold, and the first route that does is taken", async () => {
    const ask = await serve(
      route(forward([to("b")]), {
        match: match({
          method: "POST",
          headers: [value("x-kind", "gold"), value("x-id", "[0-9]+", "regex")],
          queryParams: [value("v", "a-b"), value("w", "x+", "regex")],
        }),
      }),
      route(forward([to("a")])),
    );
    const full = { method: "POST", headers: { "x-kind": "gold", "x-id": "12" }, path: "/?v=a-b&w=xx" };
    const backendOf = async (sent: Partial<Sent>) => (await ask(sent)).seen?.backend;
    expect(await backendOf(full)).toBe("b");
    expect(await backendOf({ ...full, method: "GET" })).toBe("a");
    expect(await backendOf({ ...full, headers: { "x-kind": "gold" } })).toBe("a");
    expect(await backendOf({ ...full, headers: { "x-kind": "gold", "x-id": "12x" } })).toBe("a");
    expect(await backendOf({ ...full, headers: { "x-kind": "golden", "x-id": "12" } })).toBe("a");
    expect(await backendOf({ ...full, path: "/?v=a&w=xx" })).toBe("a");
    expect(await backendOf({ ...full, path: "/?v=a-b&w=y" })).toBe("a");
  });

  it("the Host header can be matched as a header", async () => {
    const ask = await serve(
      route(forward([to("b")]), { match: match({ headers: [value("host", ".*:81", "regex")] }) }),
      route(forward([to("a")])),
    );
    expect((await ask()).seen?.backend).toBe("a");
  });
});

describe("rewriting a path", () => {
  // The table of Gateway API's HTTPPathModifier, with a query that must stay.
  const prefixes: [prefix: string, to: string, from: string, seen: string][] = [
    ["/foo", "/xyz", "/foo/bar", "/xyz/bar"],
    ["/foo", "/xyz/", "/foo/bar", "/xyz/bar"],
    ["/foo/", "/xyz", "/foo/bar", "/xyz/bar"],
    ["/foo/", "/xyz/", "/foo/bar", "/xyz/bar"],
    ["/foo", "/xyz", "/foo", "/xyz"],
    ["/foo", "/xyz", "/foo/", "/xyz/"],
    ["/foo", "", "/foo/bar", "/bar"],
    ["/foo", "/", "/foo/bar", "/bar"],
    ["/foo", "", "/foo/", "/"],
    ["/foo", "", "/foo", "/"],
    ["/foo", "/", "/foo", "/"],
    ["/", "/xyz", "/bar", "/xyz/bar"],
    ["/", "/xyz/", "/bar", "/xyz/bar"],
    ["/", "/", "/bar", "/bar"],
    ["/foo", "/foo", "/foo/bar", "/foo/bar"],
    ["/a.b", "", "/a.b/c", "/c"],
  ];
  it.each(prefixes)("prefix %s by %s: %s becomes %s", async (prefix, replacement, from, seen) => {
    const replace: PathReplace = { type: "prefix", value: replacement };
    const parts = { match: match({ path: path(prefix) }) };
    const ask = await serve(route(forward([to("a")], { rewrite: { path: replace } }), parts));
    expect((await ask({ path: `${from}?q=/foo` })).seen?.path).toBe(`${seen}?q=/foo`);
    const moved = await serve(route({ type: "redirect", path: replace, status: 302 }, parts));
    const location = (await moved({ path: `${from}?q=1` })).headers.location ?? "";
    expect(new URL(location).pathname + new URL(location).search).toBe(`${seen}?q=1`);
  });

  it.each([
    [path("/foo"), "/full"],
    [path("/foo", "exact"), "/full"],
    [path("/f.*", "regex"), "/full"],
    [path("/"), String.raw`/b\1c`],
  ])("%o by the full path %s", async (served, full) => {
    const rewrite = { path: { type: "full" as const, value: full } };
    const ask = await serve(route(forward([to("a")], { rewrite }), { match: match({ path: served }) }));
    expect((await ask({ path: "/foo?q=1" })).seen?.path).toBe(`${full}?q=1`);
  });

  it("the host is rewritten for the backend", async () => {
    const ask = await serve(route(forward([to("a")], { rewrite: { host: "inner.example" } })));
    expect((await ask()).seen?.headers.host).toBe("inner.example");
  });
});

describe("redirects", () => {
  const redirect = (parts: object) => route({ type: "redirect", status: 302, ...parts });

  it.each([301, 302, 303, 307, 308] as const)("status %i", async (status) => {
    const ask = await serve(redirect({ status, host: "else.example" }));
    const answer = await ask({ path: "/x?y=1" });
    expect(answer.status).toBe(status);
    expect(answer.headers.location).toBe("http://else.example/x?y=1");
  });

  it("parts left out stay as in the request, and no port is written unless the model has one", async () => {
    const toHttps = await serveTable(table(CHAIN, "to-https.example", [redirect({ scheme: "https" })]));
    for (const host of ["to-https.example", "to-https.example:80", "to-https.example:8080"]) {
      expect((await toHttps({ host, path: "/p" })).headers.location).toBe("https://to-https.example/p");
    }
    const toPort = await serveTable(table(CHAIN, "to-port.example", [redirect({ port: 8443, scheme: "https" })]));
    expect((await toPort()).headers.location).toBe("https://to-port.example:8443/");
    expect((await toPort({ host: "to-port.example:80" })).headers.location).toBe("https://to-port.example:8443/");
    const wild = await serveTable(table(CHAIN, "*.wild.example", [redirect({ scheme: "https" })]));
    expect((await wild()).headers.location).toBe("https://any.wild.example/");
    expect((await wild({ host: "any.wild.example:80" })).headers.location).toBe("https://any.wild.example/");
  });

  it("a full path keeps the query", async () => {
    const ask = await serve(redirect({ path: { type: "full", value: "/new" } }));
    expect(new URL((await ask({ path: "/old?q=1" })).headers.location ?? "").pathname).toBe("/new");
  });
});

describe("header edits", () => {
  const edits = { set: [header("X-Set", "new")], add: [header("X-Add", "two")], remove: [header("x-remove", "")] };

  it("set, add and remove on the way to the backend and back", async () => {
    const ask = await serve(route(forward([to("a")]), { requestHeaders: edits, responseHeaders: edits }));
    const answer = await ask({ headers: { "x-set": "old", "x-add": "one", "x-remove": "1" } });
    expect(answer.seen?.headers).toMatchObject({ "x-set": "new", "x-add": "one, two" });
    expect(answer.seen?.headers).not.toHaveProperty("x-remove");
    expect(answer.headers).toMatchObject({ "x-set": "new", "x-add": "two" });
    expect(answer.headers).not.toHaveProperty("x-remove");
  });

  it("a value means itself", async () => {
    const odd = ["100%", "%REQ(:PATH)%", "%%", "", "a,b", '"quoted"', "ü"];
    const set = odd.map((text, index) => header(`x-odd-${index}`, text));
    const ask = await serve(route(forward([to("a")]), { requestHeaders: { set, add: [], remove: [] } }));
    const { seen } = await ask();
    for (const [index, text] of odd.entries()) {
      expect(Buffer.from(String(seen?.headers[`x-odd-${index}`]), "latin1").toString("utf8")).toBe(text);
    }
  });

  it("a backend's own edits come on top of the route's", async () => {
    const requestHeaders = { set: [], add: [header("x-add", "backend")], remove: [] };
    const ask = await serve(
      route(forward([to("a", 1, { requestHeaders })]), {
        requestHeaders: { set: [], add: [header("x-add", "route")], remove: [] },
      }),
    );
    expect((await ask()).seen?.headers["x-add"]?.toString().split(", ").sort()).toEqual(["backend", "route"]);
  });
});

describe("shares", () => {
  async function tally(ask: (sent?: Partial<Sent>) => Promise<Answer>, requests: number) {
    const counts: Record<string, number> = {};
    for (let n = 0; n < requests; n += 20) {
      for (const { status, seen } of await Promise.all(Array.from({ length: 20 }, () => ask()))) {
        const key = seen?.backend ?? String(status);
        counts[key] = (counts[key] ?? 0) + 1;
      }
    }
    return counts;
  }

  // 1,500 draws: 5 standard deviations of a share of a half are 0.065.
  const near = (count: number | undefined, share: number) =>
    expect(Math.abs((count ?? 0) / 1500 - share)).toBeLessThan(0.065);

  it("weights are kept, 0 is none", async () => {
    const counts = await tally(await serve(route(forward([to("a", 3), to("b", 1), to("empty", 0)]))), 1500);
    near(counts.a, 0.75);
    near(counts.b, 0.25);
    expect(Object.keys(counts).sort()).toEqual(["a", "b"]);
  });

  // Weights of a million between them would follow the 500s if both came from one remainder of one random number.
  it.each([1, 500_000])(
    "an invalid backend's share is answered 500 and the rest stays in proportion (%i)",
    async (unit) => {
      const ask = await serve(route(forward([to(undefined, 2 * unit), to("a", unit), to("b", unit)])));
      const counts = await tally(ask, 1500);
      near(counts["500"], 0.5);
      near(counts.a, 0.25);
      near(counts.b, 0.25);
    },
  );

  it("no valid backend: 500; no endpoint: 503", async () => {
    expect((await (await serve(route(forward([to(undefined, 1)]))))()).status).toBe(500);
    expect((await (await serve(route(forward([to("a", 0), to(undefined, 1)]))))()).status).toBe(500);
    expect((await (await serve(route(forward([to("empty")]))))()).status).toBe(503);
  });
});

it("answers directly", async () => {
  const ask = await serve(route({ type: "respond", status: 418, body: "short" }));
  expect(await ask()).toMatchObject({ status: 418, body: "short" });
});

it("Envoy has nothing to complain about", () => {
  expect(envoy.log()).toBe("");
});
