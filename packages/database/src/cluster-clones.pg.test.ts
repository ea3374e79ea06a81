import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clonesOf, recordClone, sharedClusters } from "./cluster-clones.ts";
import { confirmCluster, revokeCluster } from "./clusters.ts";
import { acquireLease, lockSocket, noteOusted, releaseLease } from "./leases.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { type Sample, sampleOrganization } from "./testing/sample.ts";
import { rows, type TenantTransaction } from "./transaction.ts";

let db: OpenTestDatabase;
let sample: Sample;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  sample = await sampleOrganization(db.database);
});
afterAll(() => db[Symbol.asyncDispose]());

const inside = <T>(work: (tx: TenantTransaction) => Promise<T>, { organization } = sample) =>
  db.database.withTenant(organization, work);
const join = (uids: readonly string[], of = sample) =>
  inside(async (tx) => {
    for (const [index, uid] of uids.entries()) {
      const name = (await rows<{ id: string }>(tx, sql`select id from clusters order by id`))[index];
      await rows(
        tx,
        sql`update clusters set kube_system_uid = ${uid}, joined_at = now() where id = ${name?.id ?? ""}::uuid`,
      );
    }
  }, of);

describe("refused connectors", () => {
  test("are kept once per reason, with the first and the last time and the last place", async () => {
    const [cluster] = sample.clusters;
    const record = (reason: "other_cluster" | "second_connector", kubeSystemUid: string) =>
      inside((tx) => recordClone(tx, { cluster, reason, kubeSystemUid }));
    await record("other_cluster", "uid-2");
    const [first] = await inside((tx) => clonesOf(tx, [cluster]));
    await record("other_cluster", "uid-2");
    await record("second_connector", "uid-1");
    const found = await inside((tx) => clonesOf(tx, sample.clusters));
    expect(found).toHaveLength(2);
    const other = found.find(({ reason }) => reason === "other_cluster");
    expect(other).toMatchObject({ cluster, kubeSystemUid: "uid-2", since: first?.since });
    expect(other?.lastSeenAt.getTime()).toBeGreaterThan(first?.lastSeenAt.getTime() ?? 0);
  });

  test("are no longer told after a day, and begin anew then", async () => {
    const [cluster] = sample.clusters;
    const record = () => inside((tx) => recordClone(tx, { cluster, reason: "other_cluster", kubeSystemUid: "uid-2" }));
    await record();
    await inside((tx) =>
      rows(
        tx,
        sql`update cluster_clones set since = since - interval '2 days', last_seen_at = last_seen_at - interval '25 hours'`,
      ),
    );
    expect(await inside((tx) => clonesOf(tx, [cluster]))).toEqual([]);
    await record();
    const [clone] = await inside((tx) => clonesOf(tx, [cluster]));
    expect(clone?.since).toEqual(clone?.lastSeenAt);
  });

  test("are forgotten when somebody says which cluster it is; saying the same again takes no revision", async () => {
    const [cluster] = sample.clusters;
    const confirm = (uid: string) =>
      db.database.write(sample.organization, "system", (tx) => confirmCluster(tx, cluster, uid));
    await expect(confirm("uid-1")).rejects.toMatchObject({ code: "invalid_request" });
    await join(["uid-1", "uid-1"]);
    await inside((tx) => recordClone(tx, { cluster, reason: "other_cluster", kubeSystemUid: "uid-2" }));
    const confirmed = await confirm("uid-2");
    expect(confirmed.kubeSystemUid).toBe("uid-2");
    expect(await inside((tx) => clonesOf(tx, [cluster]))).toEqual([]);
    expect((await confirm("uid-2")).revision).toEqual(confirmed.revision);
  });
});

describe("a socket before it is taken", () => {
  test("tells who has it, whether they are there, and who was put out", async () => {
    const [cluster] = sample.clusters;
    const lock = () => inside((tx) => lockSocket(tx, cluster));
    expect(await lock()).toBeUndefined();
    const ousted = [{ process: "p0", at: 5 }];
    const { fence } = await inside((tx) =>
      acquireLease(tx, { cluster, holder: "hub", ttlMs: 10_000, process: "p1", ousted }),
    );
    const held = await lock();
    expect(held).toMatchObject({ process: "p1", isAlive: true, ousted });
    expect(Math.abs((held?.now ?? 0) - Date.now())).toBeLessThan(60_000);
    await inside((tx) => noteOusted(tx, cluster, [{ process: "p0", at: 7 }]));
    await inside((tx) => releaseLease(tx, { cluster, fence }));
    expect(await lock()).toMatchObject({ isAlive: false, ousted: [{ process: "p0", at: 7 }] });
  });
});

describe("one Kubernetes cluster as several", () => {
  test("is found within the organization alone, and not once one is revoked", async () => {
    const [one, two] = sample.clusters;
    const other = await sampleOrganization(db.database, "other");
    await join(["uid-1", "uid-1"]);
    await join(["uid-1", "uid-2"], other);
    const shared = await inside((tx) => sharedClusters(tx, sample.clusters));
    expect(shared.map(({ cluster, other }) => [cluster, other.id]).sort()).toEqual(
      [
        [one, two],
        [two, one],
      ].sort(),
    );
    expect(await inside((tx) => sharedClusters(tx, sample.clusters), other)).toEqual([]);
    expect(await inside((tx) => sharedClusters(tx, other.clusters), other)).toEqual([]);
    await db.database.write(sample.organization, "system", (tx) => revokeCluster(tx, two));
    expect(await inside((tx) => sharedClusters(tx, sample.clusters))).toEqual([]);
  });
});
