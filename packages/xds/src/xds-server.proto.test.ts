import { statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@fairlead/core";
import { TYPE_URL } from "@fairlead/envoy";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AdsEvent } from "./ads-messages.ts";
import { ResourceCache } from "./resource-cache.ts";
import { fake, fakeBackend } from "./testing/fake-resource.ts";
import { TestClient } from "./testing/test-client.ts";
import { XdsServer } from "./xds-server.ts";

let directory = "";
let socketPath = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fairlead-xds-"));
  socketPath = join(directory, "run", "xds.sock");
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function serve(cache: ResourceCache, events: AdsEvent[] = []) {
  return XdsServer.listen({ cache, socketPath, log: silentLog, onEvents: (all) => events.push(...all) });
}

describe("over gRPC on a Unix socket", () => {
  test("pushes changes as they come and learns what became of them", async () => {
    const cache = new ResourceCache();
    const events: AdsEvent[] = [];
    await using server = await serve(cache, events);
    await using client = new TestClient(socketPath);
    client.ask(TYPE_URL.cluster);
    client.ack(await client.next());
    cache.update(fakeBackend("a"));
    const pushed = await client.next();
    expect(pushed.resources.map((r) => [r.name, r.version, r.resource?.typeUrl])).toEqual([
      ["a", "1", TYPE_URL.cluster],
    ]);
    client.nack(pushed, "not to my taste");
    cache.update([fake(TYPE_URL.cluster, "a", "2")]);
    const better = await client.next();
    client.ack(better);
    await expect.poll(() => server.isSettled(TYPE_URL.cluster, "a", "2")).toBe(true);
    expect(events.map((event) => event.type)).toEqual(["nacked", "acked"]);
  });

  test("keeps what was acknowledged while no proxy is connected, and hands over to the next stream", async () => {
    const cache = new ResourceCache();
    cache.update([fake(TYPE_URL.cluster, "a", "1")]);
    await using server = await serve(cache);
    {
      await using client = new TestClient(socketPath);
      client.ask(TYPE_URL.cluster);
      client.ack(await client.next());
      await expect.poll(() => server.isSettled(TYPE_URL.cluster, "a", "1")).toBe(true);
    }
    await expect.poll(() => server.connected).toBe(false);
    expect(server.isSettled(TYPE_URL.cluster, "a", "1")).toBe(true);
    cache.update([fake(TYPE_URL.cluster, "a", "2")]);
    await using client = new TestClient(socketPath);
    client.ask(TYPE_URL.cluster, { initialResourceVersions: { a: "1" } });
    expect((await client.next()).resources.map((r) => r.version)).toEqual(["2"]);
  });
});

describe("the socket", () => {
  test("is open to its owner and group alone, and takes the place of one left behind", async () => {
    await using first = await serve(new ResourceCache());
    expect(statSync(socketPath).mode & 0o777).toBe(0o660);
    await using second = await serve(new ResourceCache());
    await first.close();
    await using client = new TestClient(socketPath);
    client.ask(TYPE_URL.cluster);
    expect((await client.next()).resources).toEqual([]);
    await second.close();
    expect(statSync(socketPath, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("replaces a plain file in its place", async () => {
    await using first = await serve(new ResourceCache());
    await first.close();
    writeFileSync(socketPath, "");
    await using server = await serve(new ResourceCache());
    expect(server.connected).toBe(false);
    expect(statSync(socketPath).isSocket()).toBe(true);
  });

  test("says so when its path is too long for the system", async () => {
    socketPath = join(directory, "x".repeat(100));
    await expect(serve(new ResourceCache())).rejects.toThrow(/is longer than 100 bytes/);
  });
});
