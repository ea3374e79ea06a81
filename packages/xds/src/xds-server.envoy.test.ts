import { createServer, request } from "node:http";
import { join } from "node:path";
import { silentLog } from "@fairlead/core";
import { bootstrap, type EnvoyResource, TYPE_URL, translateModel } from "@fairlead/envoy";
import { type Envoy, freePort, startEnvoy, tempDir } from "@fairlead/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AdsEvent } from "./ads-messages.ts";
import { ResourceCache } from "./resource-cache.ts";
import { XdsServer } from "./xds-server.ts";

const soon = { timeout: 20_000, interval: 10 };

let stack = new AsyncDisposableStack();
let socketPath = "";
let backendPort = 0;
let port = 0;
let cache = new ResourceCache();
let events: AdsEvent[] = [];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  socketPath = join(stack.use(await tempDir("xds")).path, "xds.sock");
  cache = new ResourceCache();
  events = [];
  port = await freePort();
  const backend = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  stack.defer(() => {
    backend.closeAllConnections();
    backend.close();
  });
  const address = backend.address();
  backendPort = typeof address === "object" && address !== null ? address.port : 0;
});

afterEach(() => stack[Symbol.asyncDispose]());

async function serve(): Promise<XdsServer> {
  const server = await XdsServer.listen({ cache, socketPath, log: silentLog, onEvents: (all) => events.push(...all) });
  return stack.use(server);
}

async function envoy(): Promise<Envoy> {
  const admin = { address: "127.0.0.1", port: 0 };
  return stack.use(
    await startEnvoy({
      bootstrap: Object(bootstrap({ node: "test", xdsSocketPath: socketPath, admin, maxConnections: 1_000 })),
      args: ["--concurrency", "1", "--use-dynamic-base-id"],
    }),
  );
}

/** A listener whose hosts all lead to one backend with these endpoints, or each to the one of its name. */
function resources(
  hosts: readonly string[],
  endpoints = [backendPort],
  protocol: "http1" | "websocket" = "http1",
  backendOf: (host: string) => string = () => "b",
) {
  const origin = { object: "test/Route//r", field: "" };
  const chain = "default/gw/80";
  return translateModel({
    sockets: [
      {
        name: `127.0.0.1:${port}`,
        addresses: ["127.0.0.1"],
        port,
        chains: [{ id: chain, serverNames: [], sources: [] }],
        sources: [],
      },
    ],
    tables: hosts.map((host) => ({
      name: `${chain}|${host}`,
      chain,
      host,
      sources: [`test/Route//${host}`],
      routes: [
        {
          name: "r/0/0",
          origin,
          match: { path: { type: "prefix", value: "/", origin }, headers: [], queryParams: [] },
          action: { type: "forward", backends: [{ backend: backendOf(host), weight: 1, origin }] },
        },
      ],
    })),
    backends: [...new Set(hosts.map(backendOf))].map((name) => ({
      name,
      protocol,
      endpoints: endpoints.map((each) => ({ address: "127.0.0.1", port: each })),
      sources: [],
    })),
    certificates: [],
  }).resources;
}

function get(host: string): Promise<number> {
  return new Promise((resolve) => {
    request({ port, host: "127.0.0.1", headers: { host }, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    })
      .on("error", () => resolve(0))
      .end();
  });
}

/** The resource with a body Envoy cannot read. */
function spoiled(resource: EnvoyResource): EnvoyResource {
  return { ...resource, body: Uint8Array.of(0xff, 0xff), version: "bad" };
}

test("one spoiled resource among many is refused alone", async () => {
  await serve();
  await envoy();
  const hosts = Array.from({ length: 40 }, (_, i) => `h${i}.test`);
  const all = resources(hosts);
  const bad = "default/gw/80|h7.test";
  cache.update(all.map((r) => (r.typeUrl === TYPE_URL.route && r.name === bad ? spoiled(r) : r)));
  await expect
    .poll(() => Promise.all(hosts.map(get)), soon)
    .toEqual(hosts.map((host) => (host === "h7.test" ? 404 : 200)));
  const refused = events.filter((event) => event.type === "nacked");
  expect(refused).toMatchObject([{ name: bad, version: "bad", sources: ["test/Route//h7.test"] }]);
  cache.update(all);
  await expect.poll(() => get("h7.test"), soon).toBe(200);
});

test("the server goes and comes back: nothing is lost, nothing is done twice, what changed meanwhile arrives", async () => {
  cache.update(resources(["a.test", "b.test"]));
  const first = await serve();
  const proxy = await envoy();
  await expect.poll(() => get("a.test"), soon).toBe(200);
  const figures = async () =>
    (await proxy.admin("/stats")).match(/(listener|cluster)_(added|modified|removed|updated): \d+/g);
  const before = await figures();
  await first.close();
  for (let round = 0; round < 3; round++) {
    const again = await serve();
    await expect.poll(() => again.connected, soon).toBe(true);
    await again.close();
    expect(await get("a.test")).toBe(200);
  }
  cache.update(resources(["a.test", "c.test"]), [
    { typeUrl: TYPE_URL.scope, name: "default/gw/80|b.test" },
    { typeUrl: TYPE_URL.route, name: "default/gw/80|b.test" },
  ]);
  await serve();
  await expect.poll(() => get("c.test"), soon).toBe(200);
  await expect.poll(() => get("b.test"), soon).toBe(404);
  expect(await get("a.test")).toBe(200);
  expect(await figures()).toEqual(before);
});

// Guarantee: Envoy does not ask again for the endpoints of a cluster it replaces, and gets them.
test("a replaced cluster is warm at once and no request fails meanwhile", async () => {
  cache.update(resources(["a.test"]));
  const server = await serve();
  await envoy();
  await expect.poll(() => get("a.test"), soon).toBe(200);
  const answers = new Set<number>();
  for (let round = 0; round < 20; round++) {
    const next = resources(["a.test"], [backendPort], "http1").map((r) =>
      r.typeUrl === TYPE_URL.cluster ? withTimeout(r, round) : r,
    );
    cache.update(next);
    for (let n = 0; n < 5; n++) answers.add(await get("a.test"));
  }
  await expect.poll(() => server.backlog, soon).toEqual({ unanswered: 0, unsettled: 0 });
  expect([...answers]).toEqual([200]);
});

// Envoy acknowledges no cluster while one is warming, and gives each 15 s for its endpoints before it goes on without.
test("more new clusters than may be unanswered at a time have their endpoints at once", async () => {
  cache.update(resources(["a.test"]));
  await serve();
  await envoy();
  await expect.poll(() => get("a.test"), soon).toBe(200);
  const hosts = Array.from({ length: 300 }, (_, n) => `h${n}.test`);
  cache.update(resources(["a.test", ...hosts], [backendPort], "http1", (host) => (host === "a.test" ? "b" : host)));
  await expect.poll(() => Promise.all(hosts.map(get)), soon).toEqual(hosts.map(() => 200));
}, 60_000);

/** The cluster with one more field set (`connect_timeout` again, last value wins), so that it differs. */
function withTimeout(cluster: EnvoyResource, seconds: number): EnvoyResource {
  const field = Uint8Array.of(0x22, 2, 0x08, seconds + 1);
  return { ...cluster, body: Buffer.concat([cluster.body, field]), version: `${cluster.version}-${seconds}` };
}

test("all listeners go and one comes back: it has its routes", async () => {
  const all = resources(["a.test"]);
  const listeners = all.filter((r) => r.typeUrl === TYPE_URL.listener);
  cache.update(all);
  const server = await serve();
  await envoy();
  await expect.poll(() => get("a.test"), soon).toBe(200);
  cache.update([], listeners);
  await expect.poll(() => server.backlog, soon).toEqual({ unanswered: 0, unsettled: 0 });
  cache.update(listeners);
  await expect.poll(() => get("a.test"), soon).toBe(200);
});
