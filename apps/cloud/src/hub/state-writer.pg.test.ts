import { setTimeout as sleep } from "node:timers/promises";
import { silentLog } from "@fairlead/core";
import {
  acquireLease,
  clusterStates,
  createCluster,
  type Database,
  migrate,
  openDatabase,
  runtimeUrl,
} from "@fairlead/database";
import { eventually, type TestDatabase, testDatabase } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ReportedState } from "./reported-state.ts";
import { StateWriter } from "./state-writer.ts";

const login = { name: "fairlead_test", password: "test" };
let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl, runtime: login }) });
  database = await openDatabase({ url: runtimeUrl(server.ownerUrl, login) });
});
afterAll(async () => {
  await database?.close();
  await server?.[Symbol.asyncDispose]();
});

async function leased() {
  const organization = await database.system.createOrganization({ name: "acme" });
  const cluster = await database.write(organization, "system", async (tx) => {
    return (await createCluster(tx, { name: "one", labels: {} })).id;
  });
  const take = () =>
    database.withTenant(organization, (tx) => acquireLease(tx, { cluster, holder: "a", ttlMs: 60_000 }));
  const { fence } = await take();
  const state = new ReportedState({ epoch: 1, n: 0 });
  const seen = { written: 0, fenced: 0 };
  const writer = new StateWriter({
    database,
    log: silentLog,
    organization,
    cluster,
    fence,
    state,
    intervalMs: 50,
    onWritten: () => {
      seen.written += 1;
    },
    onFenced: () => {
      seen.fenced += 1;
    },
  });
  const read = async () => (await database.withTenant(organization, (tx) => clusterStates(tx, [cluster])))[0];
  return { state, writer, seen, take, read };
}

test("the first report is written at once; a flood becomes at most twenty writes a second, and the last word arrives", async () => {
  const { state, writer, seen, read } = await leased();
  state.sent({ epoch: 1, n: 1 });
  writer.schedule();
  await eventually(() => expect(seen.written).toBe(1), { timeoutMs: 2000 });
  const startedAt = performance.now();
  let n = 1;
  while (performance.now() - startedAt < 500) {
    n += 1;
    state.sent({ epoch: 1, n });
    writer.schedule();
    await sleep(1);
  }
  await writer.close();
  expect(seen.written).toBeLessThanOrEqual(14);
  expect((await read())?.sent).toEqual({ epoch: 1, n });
});

// Guarantee: of two hubs that believe to have the socket, only the one with the newer lease writes.
test("once the lease is someone else's, nothing is written and the session hears of it", async () => {
  const { state, writer, seen, take, read } = await leased();
  await take();
  state.sent({ epoch: 1, n: 7 });
  writer.schedule();
  await eventually(() => expect(seen.fenced).toBe(1));
  await writer.close();
  expect(seen.written).toBe(0);
  expect((await read())?.sent).toBeUndefined();
});
