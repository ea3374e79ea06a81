import { readFileSync } from "node:fs";
import { Agent, createServer, request as httpRequest } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "@fairlead/mesh-model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestEnvoy } from "./testing/envoy.ts";
import { type Echo, echo, freePort, send } from "./testing/http.ts";
import { backend, chain, forward, match, path, route, socket, table, to } from "./testing/model.ts";
import { translateModel } from "./translate.ts";

const CHAIN = "ns/gw/80";
const HOST = "a.example";
let envoy: TestEnvoy;
let a: Echo;
let port = 0;
const cleanup: (() => unknown)[] = [];

async function push(backends: readonly Backend[]): Promise<void> {
  const { resources } = translateModel({ sockets: [], tables: [], backends, certificates: [] });
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
}

/** A backend that answers slowly: after the milliseconds in the query. */
const slow = () =>
  echo("slow", (message, response) => {
    setTimeout(() => response.end("done"), Number(new URL(message.url ?? "", "http://x").searchParams.get("ms")));
  });

async function http2Port(): Promise<number> {
  const server = createHttp2Server((message, response) => response.end(`http/${message.httpVersion}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.push(() => server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Switches protocols and then sends back what it gets. */
async function upgradePort(): Promise<number> {
  const server = createServer().on("upgrade", (message, peer) => {
    peer.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: ${message.headers.upgrade}\r\nconnection: upgrade\r\n\r\n`,
    );
    peer.pipe(peer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.push(() => server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

beforeAll(async () => {
  [envoy, a, port] = await Promise.all([TestEnvoy.start(), echo("a"), freePort()]);
  const slowBackend = await slow();
  cleanup.push(() => slowBackend[Symbol.asyncDispose]());
  const backends = [
    backend("a", [a.port]),
    backend("slow", [slowBackend.port]),
    backend("h2", [await http2Port()], "http2"),
    backend("ws", [await upgradePort()], "websocket"),
    backend("dying", [a.port, await freePort(), await freePort()]),
    backend("moving", [a.port]),
  ];
  const under = (prefix: string, action = forward([to(prefix)])) =>
    route(action, { match: match({ path: path(`/${prefix}`) }) });
  const { resources } = translateModel(
    {
      sockets: [socket(port, [chain(CHAIN)])],
      tables: [
        table(CHAIN, HOST, [
          under("slow", forward([to("slow")], { timeoutMs: 300 })),
          ...["h2", "ws", "dying", "moving"].map((name) => under(name)),
          route(forward([to("a")])),
        ]),
      ],
      backends,
      certificates: [],
    },
    { accessLog: join(envoy.directory, "access.log") },
  );
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
});

afterAll(async () => {
  await envoy?.[Symbol.asyncDispose]();
  await a?.[Symbol.asyncDispose]();
  for (const step of cleanup) await step();
});

describe("what a backend and a client see", () => {
  it("the client's address, the scheme and a request id are told to the backend", async () => {
    const { seen } = await send({ port });
    expect(seen?.headers).toMatchObject({
      // Instead of a loopback address Envoy gives one of the host's own.
      "x-forwarded-for": expect.stringMatching(/^[0-9.]+$/),
      "x-forwarded-proto": "http",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("an x-forwarded-for of the client is appended to, and x-forwarded-proto is not believed", async () => {
    const { seen } = await send({ port, headers: { "x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https" } });
    expect(seen?.headers).toMatchObject({
      "x-forwarded-for": expect.stringMatching(/^1\.2\.3\.4,[0-9.]+$/),
      "x-forwarded-proto": "http",
    });
  });

  it("the backend's own server header is kept", async () => {
    expect((await send({ port })).headers.server).toBe("a");
  });

  it("headers with underscores pass", async () => {
    expect((await send({ port, headers: { my_header: "1" } })).seen?.headers.my_header).toBe("1");
  });
});

describe("protocols", () => {
  it("a client may speak HTTP/2 without TLS", async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({ ":path": "/", ":authority": HOST });
    const [headers] = await new Promise<[Record<string, unknown>]>((resolve) =>
      stream.once("response", (received) => resolve([received])),
    );
    stream.resume();
    expect(headers[":status"]).toBe(200);
    session.close();
  });

  it("a backend may speak HTTP/2 without TLS", async () => {
    expect((await send({ port, path: "/h2" })).body).toBe("http/2.0");
  });

  it("WebSockets pass", async () => {
    const headers = { host: HOST, connection: "Upgrade", upgrade: "websocket" };
    const outgoing = httpRequest({ host: "127.0.0.1", port, path: "/ws", headers, agent: false });
    const echoed = await new Promise((resolve, reject) => {
      outgoing.on("error", reject).on("response", (response) => reject(new Error(`status ${response.statusCode}`)));
      outgoing.on("upgrade", (_, peer) => {
        peer.write("hello");
        peer.once("data", (data) => {
          resolve(String(data));
          peer.destroy();
        });
      });
      outgoing.end();
    });
    expect(echoed).toBe("hello");
  });

  it("HTTP/1.1 without a Host header is refused", async () => {
    const answer = await new Promise<string>((resolve) => {
      const raw = connect(port, "127.0.0.1", () => raw.write("GET / HTTP/1.1\r\n\r\n"));
      raw.once("data", (data) => {
        resolve(String(data));
        raw.destroy();
      });
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
  });
});

it("a route's timeout ends a request with 504, and without one it may last", async () => {
  expect((await send({ port, path: "/slow?ms=100" })).status).toBe(200);
  expect((await send({ port, path: "/slow?ms=1000" })).status).toBe(504);
});

describe("endpoints that leave", () => {
  // An endpoint is often gone before the update that says so arrives.
  it("a request whose endpoint cannot be connected to goes to another", async () => {
    for (let n = 0; n < 30; n++) {
      expect((await send({ port, path: "/dying", method: "POST", body: "x" })).status).toBe(200);
    }
  });

  it("replacing every endpoint under load fails no request", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const statuses = new Map<number, number>();
    const seen = new Set<string>();
    let running = true;
    const load = Array.from({ length: 8 }, async () => {
      while (running) {
        const status = await new Promise<number>((resolve) => {
          httpRequest({ port, host: "127.0.0.1", path: "/moving", headers: { host: HOST }, agent }, (response) => {
            let body = "";
            response.on("data", (chunk) => {
              body += String(chunk);
            });
            response.on("end", () => {
              if (body.startsWith("{")) seen.add(JSON.parse(body).backend);
              resolve(response.statusCode ?? 0);
            });
          })
            .on("error", () => resolve(-1))
            .end();
        });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    let current: Echo | undefined;
    await expect.poll(() => seen.has("a")).toBe(true);
    for (const name of ["b", "c", "d", "e", "f"]) {
      const next = await echo(name);
      await push([backend("moving", [next.port])]);
      await sleep(100);
      await current?.[Symbol.asyncDispose]();
      current = next;
    }
    running = false;
    await Promise.all(load);
    agent.destroy();
    await push([backend("moving", [a.port])]);
    await current?.[Symbol.asyncDispose]();
    expect([...statuses.keys()]).toEqual([200]);
    expect([...seen].sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
  });
});

it("the access log tells each request in one line of JSON", async () => {
  await send({ port, path: "/logged?x=1" });
  const line = () =>
    readFileSync(join(envoy.directory, "access.log"), "utf8")
      .split("\n")
      .find((text) => text.includes("/logged"));
  await expect.poll(line, { timeout: 15_000, interval: 250 }).toBeDefined();
  expect(JSON.parse(line() ?? "")).toMatchObject({ host: HOST, path: "/logged?x=1", status: 200, cluster: "a" });
});

it("Envoy has nothing to complain about", () => {
  expect(envoy.log()).toBe("");
});
