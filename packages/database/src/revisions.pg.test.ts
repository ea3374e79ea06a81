import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allIntents } from "./intents.ts";
import { getOrganization } from "./organizations.ts";
import { listRevisions } from "./revisions.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { makeRoute, sampleOrganization } from "./testing/sample.ts";

let db: OpenTestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

describe("revisions", () => {
  test("concurrent writers get revisions without gaps, and commit order is revision order", async () => {
    const { database } = db;
    const sample = await sampleOrganization(database);
    const { organization } = sample;
    const stop = new AbortController();
    // A reader that must never see revision n before n - 1.
    const heads: number[] = [];
    const reader = (async () => {
      while (!stop.signal.aborted) {
        const { items } = await database.withTenant(organization, (tx) => listRevisions(tx, { limit: 100 }));
        const seen = items.map((entry) => entry.revision.n);
        expect(seen).toEqual(seen.map((_, index) => (seen[0] ?? 0) - index));
        heads.push(seen[0] ?? 0);
      }
    })();
    const committed: number[] = [];
    const writer = async (name: string) => {
      const route = await database.write(organization, name, async (tx) => {
        const made = await makeRoute(tx, sample, { name });
        // A third of the writers change their mind: their revisions are not used up.
        if (committed.length % 3 === 2) throw new Error("changed my mind");
        return made;
      });
      committed.push(route.revision.n);
    };
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => writer(`route-${index}`)));
    stop.abort();
    await reader;

    const succeeded = results.filter((result) => result.status === "fulfilled").length;
    expect(committed).toEqual(Array.from({ length: succeeded }, (_, index) => 4 + index));
    expect(heads).toEqual([...heads].sort((a, b) => a - b));
    await database.withTenant(organization, async (tx) => {
      expect((await getOrganization(tx)).head).toEqual({ epoch: 1, n: 3 + succeeded });
      expect(await allIntents(tx)).toHaveLength(succeeded);
    });
  });

  test("the log is append-only, for its owner too", async () => {
    await sampleOrganization(db.database);
    const refusal = /is refused: the log is append-only/;
    await expect(db.owner`update revisions set actor = 'somebody else'`).rejects.toThrow(refusal);
    await expect(db.owner`delete from revisions`).rejects.toThrow(refusal);
    await expect(db.owner`truncate revisions`).rejects.toThrow(refusal);
    await expect(db.runtime`delete from revisions`).rejects.toThrow(/permission denied/);
  });

  test("a restored backup goes on in a new epoch, after everything of the old one", async () => {
    const { database } = db;
    const sample = await sampleOrganization(database);
    const before = await database.write(sample.organization, "a", (tx) => makeRoute(tx, sample));
    expect(await database.system.bumpEpoch()).toBeGreaterThanOrEqual(1);
    const after = await database.write(sample.organization, "a", (tx) => makeRoute(tx, sample, { name: "later" }));
    expect([before.revision, after.revision]).toEqual([
      { epoch: 1, n: 4 },
      { epoch: 2, n: 5 },
    ]);
    const { items } = await database.withTenant(sample.organization, (tx) => listRevisions(tx, { limit: 2 }));
    expect(items.map((entry) => entry.revision)).toEqual([after.revision, before.revision]);
  });

  test("there is no writing to an organization that is not there", async () => {
    const { organization } = await sampleOrganization(db.database);
    const absent = organization.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    // SAFETY: an id of the same form that nobody has.
    const write = db.database.write(absent as typeof organization, "a", async () => 1);
    await expect(write).rejects.toMatchObject({ code: "not_found" });
  });
});
