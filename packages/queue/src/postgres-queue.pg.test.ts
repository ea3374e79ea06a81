import { silentLog } from "@fairlead/core";
import { type Database, migrate, openDatabase, runtimeUrl } from "@fairlead/database";
import { type TestDatabase, testDatabase } from "@fairlead/testkit";
import { afterAll, beforeAll, describe } from "vitest";
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
