import { spawn } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KubernetesClient, parseKubeconfig, Reflector, resources } from "@fairlead/kubernetes";
import { eventually, freePort, tempDir } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import { objectServerKubeconfig, startObjectServer } from "./start-object-server.ts";
import { startTestServer, TEST_TOKEN } from "./test-server.ts";
import { startSilencer } from "./test-silencer.ts";

const service = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "default", name, labels },
    spec: { ports: [{ port: 80 }] },
  }) as const;

describe("what was answered is kept", () => {
  test("after a restart every object is the same, and resourceVersions go on", async () => {
    await using folder = await tempDir("objects");
    const first = await startTestServer({ dataDir: folder.path });
    const made = await first.client.create(resources.services, service("a"));
    await first.client.create(resources.services, service("gone"));
    await first.client.delete(resources.services, { namespace: "default", name: "gone" });
    await first[Symbol.asyncDispose]();
    await using second = await startTestServer({ dataDir: folder.path });
    const { items, resourceVersion } = await second.client.list(resources.services);
    expect(items).toEqual([made]);
    const next = await second.client.create(resources.services, service("b"));
    expect(Number(next.metadata.resourceVersion)).toBe(Number(resourceVersion) + 1);
  });

  test("kill -9 in the middle of writes loses nothing that was answered", async () => {
    await using folder = await tempDir("objects");
    const port = await freePort();
    const tokens = join(folder.path, "tokens.json");
    await writeFile(tokens, JSON.stringify([{ token: TEST_TOKEN, username: "test" }]));
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
      env: {
        ...process.env,
        FAIRLEAD_OBJECT_SERVER_PORT: `${port}`,
        FAIRLEAD_OBJECT_SERVER_DATA_DIR: folder.path,
        FAIRLEAD_OBJECT_SERVER_TOKENS_FILE: tokens,
      },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const url = `http://127.0.0.1:${port}`;
    await using client = new KubernetesClient({
      connection: parseKubeconfig(objectServerKubeconfig({ url, token: TEST_TOKEN })),
    });
    await eventually(() => client.raw("/version"));
    const answered: string[] = [];
    const write = async (worker: number) => {
      for (let index = 0; ; index++) {
        const { metadata } = await client.apply(resources.services, service(`s${worker}-${index}`), {
          fieldManager: "test",
        });
        answered.push(metadata.name);
      }
    };
    const writers = [1, 2, 3, 4].map((worker) => write(worker).catch(() => {}));
    await eventually(() => expect(answered.length).toBeGreaterThan(200));
    child.kill("SIGKILL");
    await Promise.all([ended, ...writers]);
    await using again = await startTestServer({ dataDir: folder.path });
    const { items } = await again.client.list(resources.services);
    const kept = new Set(items.map((item) => item.metadata.name));
    expect(answered.filter((name) => !kept.has(name))).toEqual([]);
  });

  test("a damaged journal stops the start and names the line", async () => {
    await using folder = await tempDir("objects");
    const first = await startTestServer({ dataDir: folder.path });
    await first[Symbol.asyncDispose]();
    const path = join(folder.path, "objects.journal");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("kube-system", "kube-sYstem"));
    await appendFile(path, "");
    const start = startObjectServer({ tokens: [], dataDir: folder.path });
    await expect(start).rejects.toMatchObject({
      code: "cache_corrupt",
      public: expect.stringMatching(/objects.journal: line \d+ does not match/),
    });
  });
});

describe("a reflector finds its way back", () => {
  test("when the server comes back with a history it does not know", async () => {
    await using folder = await tempDir("objects");
    const port = await freePort();
    const first = await startTestServer({ dataDir: folder.path, port });
    await first.client.create(resources.services, service("a"));
    await first.client.create(resources.services, service("b"));
    await using client = new KubernetesClient({ connection: first.connection });
    await using reflector = new Reflector({ client, resource: resources.services }).start();
    await reflector.store.synced;
    await first[Symbol.asyncDispose]();
    const elsewhere = await startTestServer({ dataDir: folder.path });
    await elsewhere.client.delete(resources.services, { namespace: "default", name: "a" });
    await elsewhere.client.create(resources.services, service("c"));
    await elsewhere[Symbol.asyncDispose]();
    await using second = await startTestServer({ dataDir: folder.path, port });
    await eventually(() => expect(namesIn(reflector)).toEqual(["b", "c"]));
    await second.client.create(resources.services, service("d"));
    await eventually(() => expect(namesIn(reflector)).toEqual(["b", "c", "d"]));
  });

  test("when all data is lost and the server starts anew", async () => {
    const port = await freePort();
    const first = await startTestServer({ port });
    await first.client.create(resources.services, service("a"));
    await using client = new KubernetesClient({ connection: first.connection });
    await using reflector = new Reflector({ client, resource: resources.services }).start();
    await reflector.store.synced;
    await first[Symbol.asyncDispose]();
    await using second = await startTestServer({ port });
    await second.client.create(resources.services, service("z"));
    await eventually(() => expect(namesIn(reflector)).toEqual(["z"]));
  });

  test("when its watch goes silent without an end", async () => {
    await using t = await startTestServer({ bookmarkMs: 50 });
    await using proxy = await startSilencer(t.server.port);
    const connection = { ...t.connection, server: `http://127.0.0.1:${proxy.port}` };
    await using client = new KubernetesClient({ connection });
    await using reflector = new Reflector({
      client,
      resource: resources.services,
      silenceMs: 400,
      backoff: { baseMs: 10, maxMs: 50 },
    }).start();
    await reflector.store.synced;
    await t.client.create(resources.services, service("heard"));
    await eventually(() => expect(namesIn(reflector)).toEqual(["heard"]));
    proxy.silence();
    await t.client.create(resources.services, service("missed"));
    await eventually(() => expect(namesIn(reflector)).toEqual(["heard", "missed"]));
  });

  test("when it is so far behind that its place in the history is gone", async () => {
    await using t = await startTestServer({ historySize: 8 });
    const { resourceVersion } = await t.client.list(resources.services);
    for (let index = 0; index < 40; index++) {
      await t.client.apply(resources.services, service("a", { index: `${index}` }), { fieldManager: "test" });
    }
    const watching = t.client.watch(resources.services, { resourceVersion }, () => {});
    await expect(watching).rejects.toMatchObject({
      code: "revision_mismatch",
      cause: { reason: "Expired", code: 410 },
    });
  });
});

function namesIn(reflector: Reflector<{ apiVersion: "v1"; kind: "Service"; metadata: { name: string } }>): string[] {
  return [...reflector.store.list()].map((item) => item.metadata.name).sort();
}
