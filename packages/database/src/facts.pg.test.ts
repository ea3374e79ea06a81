import { uuidFromId } from "@fairlead/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { applyFacts, confirmFacts, type FactsChange } from "./apply-facts.ts";
import { factsHead, factsSince, listFacts } from "./facts.ts";
import { acquireLease } from "./leases.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { type Sample, sampleOrganization } from "./testing/sample.ts";
import type { TenantTransaction } from "./transaction.ts";

let db: OpenTestDatabase;
let sample: Sample;
let fence: number;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  sample = await sampleOrganization(db.database);
  ({ fence } = await acquire());
});
afterAll(() => db[Symbol.asyncDispose]());

const inside = <T>(work: (tx: TenantTransaction) => Promise<T>) =>
  db.database.withTenant(sample.organization, work, { durable: false });
const acquire = () => inside((tx) => acquireLease(tx, { cluster: sample.clusters[0], holder: "hub", ttlMs: 10_000 }));
const bodies = (facts: Record<string, string>) => Object.entries(facts).map(([key, body]) => ({ key, body }));
const tell = (change: Partial<Omit<FactsChange, "upserts">> & { upserts?: Record<string, string> }) =>
  inside((tx) =>
    applyFacts(tx, {
      cluster: sample.clusters[0],
      fence,
      removals: [],
      digest: "",
      leftOut: {},
      quota: { objects: 100, bytes: 1_000 },
      ...change,
      upserts: bodies(change.upserts ?? {}),
    }),
  );
const stored = async () => {
  const { head, facts } = await inside((tx) => listFacts(tx, sample.clusters[0]));
  return { head, facts: Object.fromEntries(facts.map(({ key, body }) => [key, body])) };
};

describe("facts of a cluster", () => {
  test("a cluster that never told any has none, and no head", async () => {
    expect(await stored()).toEqual({ head: undefined, facts: {} });
  });

  test("upserts and removals are kept with count, bytes, digest and what was left out", async () => {
    await tell({ upserts: { b: "22", a: "1" }, digest: "first" });
    await tell({ upserts: { b: "333", c: "" }, removals: ["a", "unknown"], digest: "second", leftOut: { Service: 7 } });
    expect(await stored()).toEqual({
      head: {
        version: 2,
        digest: "second",
        objects: 2,
        bytes: 3,
        leftOut: { Service: 7 },
        observedAt: expect.any(Date),
      },
      facts: { b: "333", c: "" },
    });
  });

  test("a range replaces exactly what lies in it: after its start, up to and with its end", async () => {
    await tell({ upserts: { a: "1", b: "1", c: "1", d: "1", e: "1" } });
    await tell({ upserts: { c: "2" }, range: { after: "a", through: "d" } });
    expect((await stored()).facts).toEqual({ a: "1", c: "2", e: "1" });
    await tell({ upserts: {}, range: { after: "d", through: undefined } });
    expect((await stored()).facts).toEqual({ a: "1", c: "2" });
    await tell({ upserts: {}, range: { after: "", through: undefined } });
    expect(await stored()).toMatchObject({ head: { objects: 0, bytes: 0 }, facts: {} });
  });

  test("who knows a version gets what changed since, what is gone included, and nothing that stayed the same", async () => {
    await tell({ upserts: { a: "1", b: "1", c: "1" } });
    await tell({ upserts: { a: "1", b: "2" }, removals: ["c"] });
    const since = await inside((tx) => factsSince(tx, sample.clusters[0], 1));
    expect(since.facts).toEqual([
      { key: "b", body: "2" },
      { key: "c", body: undefined },
    ]);
    const none = await inside((tx) => factsSince(tx, sample.clusters[0], 2));
    expect(none).toMatchObject({ head: { version: 2 }, facts: [] });
  });

  test("tombstones do not pile up, and who missed one is told so", async () => {
    await tell({ upserts: { a: "1" } });
    await tell({ removals: ["a"] });
    const id = uuidFromId(sample.clusters[0]);
    await db.owner`update cluster_fact_heads set version = 1500 where cluster_id = ${id}`;
    await tell({ upserts: { b: "1" } });
    const [{ left } = { left: -1 }] = await db.owner<
      { left: number }[]
    >`select count(*)::int as left from cluster_facts where body is null and cluster_id = ${id}`;
    expect(left).toBe(0);
    expect((await inside((tx) => factsSince(tx, sample.clusters[0], 1))).facts).toBeUndefined();
    expect((await inside((tx) => factsSince(tx, sample.clusters[0], 1_400))).facts).toHaveLength(1);
  });

  test("a hub without the lease writes nothing", async () => {
    await tell({ upserts: { a: "1" }, digest: "mine" });
    await acquire();
    expect(await tell({ upserts: { a: "2" }, digest: "late" })).toBe("fenced");
    expect(await inside((tx) => confirmFacts(tx, { cluster: sample.clusters[0], fence }))).toBe(false);
    expect(await stored()).toMatchObject({ head: { digest: "mine" }, facts: { a: "1" } });
  });

  test("what would go over the quota is refused whole; what makes it smaller is not", async () => {
    const quota = { objects: 2, bytes: 10 };
    expect(await tell({ upserts: { a: "12345", b: "12345" }, quota })).toBe("stored");
    expect(await tell({ upserts: { a: "123456" }, quota })).toBe("over_quota");
    expect(await tell({ upserts: { c: "" }, quota })).toBe("over_quota");
    expect(await tell({ upserts: { c: "1" }, removals: ["a"], quota })).toBe("stored");
    expect((await stored()).facts).toEqual({ b: "12345", c: "1" });
  });

  test("a confirmation moves the time alone", async () => {
    await tell({ upserts: { a: "1" }, digest: "d" });
    const before = await inside((tx) => factsHead(tx, sample.clusters[0]));
    expect(await inside((tx) => confirmFacts(tx, { cluster: sample.clusters[0], fence }))).toBe(true);
    const after = await inside((tx) => factsHead(tx, sample.clusters[0]));
    expect(after?.observedAt.getTime()).toBeGreaterThan(before?.observedAt.getTime() ?? Number.NaN);
    expect({ ...after, observedAt: 0 }).toEqual({ ...before, observedAt: 0 });
  });
});
