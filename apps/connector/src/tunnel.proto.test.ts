import { statSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { silentLog } from "@fairlead/core";
import { eventually, tempDir } from "@fairlead/testkit";
import { encodeFrame } from "@fairlead/tunnel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDirectoryState } from "./state/connector-state.ts";
import { TestHub, type TestHubOptions } from "./testing/test-hub.ts";
import { startTunnel, type TunnelChange } from "./testing/test-tunnel.ts";

let stack: AsyncDisposableStack;
let path: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  path = stack.use(await tempDir("tunnel")).path;
});

afterEach(() => stack.disposeAsync());

/** The tunnel half of a connector, on the state folder of this test. */
async function startClient(hub: TestHub, change: TunnelChange = {}) {
  const state = await openDirectoryState(path, silentLog);
  await state.store.adopt([]);
  return stack.use(startTunnel(hub, state, change));
}

async function startHub(options: TestHubOptions = {}): Promise<TestHub> {
  return stack.use(await TestHub.start(options));
}

const KEY = "g/K/ns/a";

describe("the tunnel over a real socket", () => {
  test("enrols once, proves its key, and keeps what it is sent on disk before acknowledging it", async () => {
    const hub = await startHub();
    hub.write([[KEY, { a: 1 }]]);
    const first = await startClient(hub);
    await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
    expect(statSync(join(path, "key.pem")).mode & 0o777).toBe(0o600);
    await first[Symbol.asyncDispose]();
    const second = await startClient(hub);
    expect(second.store.bundle.entries.get(KEY)?.object?.body).toBe('{"a":1}');
    expect(second.store.bundle.through).toEqual(hub.cloud.revision);
    await eventually(() => expect(hub.sessions).toBe(2));
    expect(hub.received.filter((frame) => frame.type === "enroll")).toHaveLength(1);
    expect(hub.resyncs).toBe(0);
  });

  test("a join token that is refused is said so, and nothing is kept", async () => {
    const hub = await startHub();
    const { identity } = await startClient(hub, { joinToken: "jt_used" });
    await eventually(() => expect(hub.ends.at(0)?.code).toBe("join_token_invalid"));
    expect(identity.clusterId).toBeUndefined();
  });

  test("a key the hub does not know gets the same answer as an unknown cluster", async () => {
    const keys = new Map<string, Uint8Array>();
    const hub = await startHub({ keys });
    const { identity } = await startClient(hub);
    await eventually(() => expect(hub.sessions).toBe(1));
    keys.set(identity.clusterId ?? "", new Uint8Array(32).fill(9));
    hub.cut();
    await eventually(() => expect(hub.ends.map(({ code }) => code)).toContain("unauthenticated"));
    const wrongKey = hub.ends.find(({ code }) => code === "unauthenticated")?.reason;
    expect(wrongKey).toBe("the connector is not registered here, was revoked, or did not prove that it holds its key");
  });

  test("comes back after the hub was killed, with what changed meanwhile", async () => {
    const hub = await startHub();
    const { store } = await startClient(hub);
    await eventually(() => expect(hub.sessions).toBe(1));
    const { cloud, keys, port } = hub;
    await hub[Symbol.asyncDispose]();
    cloud.write([[KEY, "2"]]);
    const again = await startHub({ cloud, keys, port });
    await eventually(() => expect(store.bundle.through).toEqual(again.cloud.revision));
  });

  test("stays away as long as the hub asks it to", async () => {
    const hub = await startHub();
    await startClient(hub);
    await eventually(() => expect(hub.sessions).toBe(1));
    const before = performance.now();
    hub.stop("unavailable", 700);
    await eventually(() => expect(hub.sessions).toBe(2));
    expect(performance.now() - before).toBeGreaterThanOrEqual(690);
  });

  test.each([
    ["bytes that are no frame", new Uint8Array([255, 1, 2, 3]), "frame_invalid"],
    ["a frame without a body", new Uint8Array(0), "frame_invalid"],
    ["a text message", "hello", "frame_invalid"],
    ["a frame over the limit", new Uint8Array(300_000), "frame_too_large"],
    [
      "a frame that only a connector sends",
      encodeFrame({ type: "ack", seq: 1, through: { epoch: 1, n: 1 } }),
      "protocol_violation",
    ],
    ["a frame out of place", encodeFrame({ type: "challenge", nonce: new Uint8Array(32) }), "protocol_violation"],
  ])("%s ends the session, changes nothing, and the next one works", async (_name, data, code) => {
    const hub = await startHub();
    hub.write([[KEY, { a: 1 }]]);
    const { store } = await startClient(hub);
    await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
    const digest = store.bundle.digest;
    hub.sendRaw(data);
    await eventually(() => expect(hub.sessions).toBe(2));
    const goodbye = hub.received.find((frame) => frame.type === "goodbye");
    expect(goodbye).toMatchObject({ code });
    expect(store.bundle.digest).toBe(digest);
    hub.write([[KEY, { a: 2 }]]);
    await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
  });

  test("a peer that falls silent is given up after two and a half heartbeats", async () => {
    const hub = await startHub({ session: { heartbeatMs: 200 } });
    const { client } = await startClient(hub);
    await eventually(() => expect(hub.sessions).toBe(1));
    // Both ends ping, so a healthy session outlives many heartbeats.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(hub.sessions).toBe(1);
    expect(client.open).toBe(true);
    expect(hub.received.filter((frame) => frame.type === "ping").length).toBeGreaterThan(3);
  });

  test("a bundle larger than a frame and a window arrives whole", async () => {
    const hub = await startHub({ session: { limits: { maxFrameBytes: 4_096, framesPerSecond: 500, window: 2 } } });
    const changes = Array.from({ length: 300 }, (_, n) => [`g/K/ns/${n}`, { text: "x".repeat(n * 10) }] as const);
    hub.write(changes);
    const { store } = await startClient(hub);
    await eventually(() => expect(store.bundle.through).toEqual(hub.cloud.revision));
    expect(store.bundle.manifest()).toHaveLength(300);
  });

  test("goes through an HTTP CONNECT proxy", async () => {
    const hub = await startHub();
    const asked: string[] = [];
    const proxy = createServer((_request, response) => response.writeHead(405).end());
    proxy.on("connect", (incoming, client, head) => {
      asked.push(`${incoming.url} ${incoming.headers["proxy-authorization"]}`);
      const [host = "", port] = (incoming.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on("error", () => client.destroy());
      client.on("error", () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { client } = await startClient(hub, { proxy: `http://user:secret@127.0.0.1:${port}` });
    await eventually(() => expect(hub.sessions).toBe(1));
    expect(asked).toEqual([`127.0.0.1:${hub.port} Basic ${Buffer.from("user:secret").toString("base64")}`]);
    await client[Symbol.asyncDispose]();
    await new Promise((resolve) => proxy.close(resolve));
  });
});
