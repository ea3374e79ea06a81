import { silentLog } from "@fairlead/core";
import { type Database, migrate, openDatabase, runtimeUrl } from "@fairlead/database";
import { type TestDatabase, testDatabase } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresQueue } from "./postgres-queue.ts";
import { MAX_RECEIVES, queueBattery, VISIBILITY_MS } from "./testing/queue-battery.ts";

const RUNTIME = { name: "fairlead_test", password: "test" };
let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl, runtime: RUNTIME }) });
  database = await openDatabase({ url: runtimeUrl(server.ownerUrl, RUNTIME) });
});
afterAll(async () => {
  await database.close();
  await server[Symbol.asyncDispose]();
});

describe("the PostgreSQL queue", () => {
  let count = 0;
  queueBattery(async () => {
    const queue = `test-${count++}`;
    const store = database.system.queue;
    const settings = { visibilityMs: VISIBILITY_MS, maxReceives: MAX_RECEIVES };
    return {
      open: () => postgresQueue({ database, queue, log: silentLog, retryBaseMs: 50, ...settings }),
      takeAndVanish: async () => {
        await store.receive(queue, { limit: 1, ...settings });
      },
      deadLetters: async () => (await store.deadLetters(queue, 100)).map((letter) => letter.body),
      [Symbol.asyncDispose]: async () => {},
    };
  });
});

// An idle cloud must cost nothing: with nothing queued the reader waits for a notification, not for zero milliseconds.
test("an empty queue is due never, a hidden message later, a visible one now", async () => {
  const { queue: store } = database.system;
  expect(await store.nextDueMs("idle")).toBeUndefined();
  await store.send("idle", ["hint"]);
  expect(await store.nextDueMs("idle")).toBe(0);
  await store.receive("idle", { limit: 1, visibilityMs: 60_000, maxReceives: MAX_RECEIVES });
  expect(await store.nextDueMs("idle")).toBeGreaterThan(50_000);
});

test("an idle reader asks seldom", async () => {
  let looks = 0;
  const counting: Database = {
    ...database,
    system: {
      ...database.system,
      queue: {
        ...database.system.queue,
        receive: (...request) => {
          looks++;
          return database.system.queue.receive(...request);
        },
      },
    },
  };
  await using queue = postgresQueue({ database: counting, queue: "quiet", log: silentLog });
  const stop = new AbortController();
  const reading = queue.consume(async () => {}, { signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 500));
  stop.abort();
  await reading;
  expect(looks).toBeLessThanOrEqual(3);
});
