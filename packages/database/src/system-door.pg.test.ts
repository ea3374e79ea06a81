import { newId } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getCluster, revokeCluster, rotateClusterKey } from "./clusters.ts";
import { createJoinToken, listJoinTokens } from "./join-tokens.ts";
import type { OutboxEvent } from "./outbox.ts";
import { getProject } from "./projects.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { makeRoute, sampleOrganization } from "./testing/sample.ts";
import { createToken, getToken, listTokens, revokeToken } from "./tokens.ts";

let db: OpenTestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const key = (fill: number) => new Uint8Array(32).fill(fill);

describe("an API token", () => {
  test("opens its organization while it is in force, with the right hash alone", async () => {
    const { database } = db;
    const { organization } = await sampleOrganization(database);
    const { id, hash } = generateToken("tok");
    await database.withTenant(organization, (tx) => createToken(tx, { id, hash, name: "ci" }));
    expect(await database.system.findToken(id, hash)).toEqual({ organization, token: id, name: "ci" });
    expect(await database.system.findToken(id, generateToken("tok").hash)).toBeUndefined();
    expect(await database.system.findToken(newId("tok"), hash)).toBeUndefined();

    const revoked = await database.withTenant(organization, (tx) => revokeToken(tx, id));
    expect(revoked.revokedAt).toBeInstanceOf(Date);
    expect(await database.system.findToken(id, hash)).toBeUndefined();
    await database.withTenant(organization, async (tx) => {
      expect(await revokeToken(tx, id)).toEqual(revoked);
      expect(await getToken(tx, id)).toEqual(revoked);
      expect((await listTokens(tx, { limit: 10 })).items).toEqual([revoked]);
    });
  });

  test("that has expired opens nothing", async () => {
    const { database } = db;
    const { organization } = await sampleOrganization(database);
    const { id, hash } = generateToken("tok");
    const expiresAt = new Date(Date.now() - 1000);
    await database.withTenant(organization, (tx) => createToken(tx, { id, hash, name: "old", expiresAt }));
    expect(await database.system.findToken(id, hash)).toBeUndefined();
  });
});

describe("joining", () => {
  const prepare = async (expiresInMs = 60_000) => {
    const sample = await sampleOrganization(db.database);
    const { id, hash } = generateToken("jt");
    const [cluster] = sample.clusters;
    const expiresAt = new Date(Date.now() + expiresInMs);
    await db.database.withTenant(sample.organization, (tx) => createJoinToken(tx, { id, hash, cluster, expiresAt }));
    return { ...sample, cluster, token: id, hash };
  };
  const { join, findCluster } = {
    join: (...args: Parameters<typeof db.database.system.join>) => db.database.system.join(...args),
    findCluster: (...args: Parameters<typeof db.database.system.findCluster>) =>
      db.database.system.findCluster(...args),
  };

  test("registers the key once; the same try again gives the same answer, another key is refused", async () => {
    const { organization, cluster, token, hash } = await prepare();
    const request = { token, hash, publicKey: key(1), kubeSystemUid: "uid-1" };
    expect(await join(request)).toEqual({ organization, cluster });
    expect(await join(request)).toEqual({ organization, cluster });
    await expect(join({ ...request, publicKey: key(2) })).rejects.toMatchObject({
      code: "join_token_invalid",
      public: "The join token was used already. Make a new one for every join.",
    });
    const found = await findCluster(cluster);
    expect(found).toMatchObject({ organization, cluster, kubeSystemUid: "uid-1", revokedAt: undefined });
    expect(found?.publicKeys.map((bytes) => [...bytes])).toEqual([[...key(1)]]);
    const { items } = await db.database.withTenant(organization, (tx) => listJoinTokens(tx, cluster, { limit: 5 }));
    expect(items).toMatchObject([{ id: token, cluster, usedAt: expect.any(Date) }]);
  });

  test("with an expired, unknown or wrong token is refused and changes nothing", async () => {
    const { cluster, token, hash } = await prepare(-1000);
    const request = { token, hash, publicKey: key(1), kubeSystemUid: "uid-1" };
    await expect(join(request)).rejects.toMatchObject({
      code: "join_token_invalid",
      public: "The join token has expired. Make a new one.",
    });
    for (const wrong of [{ token: newId("jt") }, { hash: generateToken("jt").hash }]) {
      await expect(join({ ...request, ...wrong })).rejects.toMatchObject({ code: "join_token_invalid" });
    }
    expect((await findCluster(cluster))?.publicKeys).toEqual([]);
  });

  test("as a cluster that is another one is refused, and the token stays good", async () => {
    const { organization, cluster, token, hash } = await prepare();
    await join({ token, hash, publicKey: key(1), kubeSystemUid: "uid-1" });
    const second = generateToken("jt");
    const expiresAt = new Date(Date.now() + 60_000);
    await db.database.withTenant(organization, (tx) =>
      createJoinToken(tx, { id: second.id, hash: second.hash, cluster, expiresAt }),
    );
    const request = { token: second.id, hash: second.hash, publicKey: key(2) };
    await expect(join({ ...request, kubeSystemUid: "uid-2" })).rejects.toMatchObject({ code: "already_exists" });
    expect(await join({ ...request, kubeSystemUid: "uid-1" })).toEqual({ organization, cluster });
  });

  test("two at once with one token and different keys: one wins", async () => {
    const { token, hash } = await prepare();
    const tries = [1, 2, 3].map((fill) => join({ token, hash, publicKey: key(fill), kubeSystemUid: "uid" }));
    const results = await Promise.allSettled(tries);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  test("keys overlap while they are rotated, and a revoked cluster has none that may join", async () => {
    const { organization, cluster, token, hash } = await prepare();
    await join({ token, hash, publicKey: key(1), kubeSystemUid: "uid-1" });
    const rotate = (fill: number, overlapMs: number) =>
      db.database.withTenant(organization, (tx) => rotateClusterKey(tx, cluster, { publicKey: key(fill), overlapMs }));
    await rotate(2, 60_000);
    expect((await findCluster(cluster))?.publicKeys.map((bytes) => bytes[0])).toEqual([2, 1]);
    await rotate(3, 0);
    expect((await findCluster(cluster))?.publicKeys.map((bytes) => bytes[0])).toEqual([3]);

    const revoked = await db.database.write(organization, "a", (tx) => revokeCluster(tx, cluster));
    expect(await db.database.withTenant(organization, (tx) => getCluster(tx, cluster))).toEqual(revoked);
    expect((await findCluster(cluster))?.revokedAt).toEqual(revoked.revokedAt);
    await expect(rotate(4, 0)).rejects.toMatchObject({ code: "not_found" });
    await expect(join({ token, hash, publicKey: key(1), kubeSystemUid: "uid-1" })).rejects.toMatchObject({
      code: "cluster_revoked",
    });
  });
});

test("bootstrap makes the organization once, also when several processes start at a time", async () => {
  const { id, hash } = generateToken("tok");
  const input = { organization: "first", token: { id, hash } };
  const results = await Promise.all([1, 2, 3].map(() => db.database.system.bootstrap(input)));
  expect(results.filter((result) => result.created)).toHaveLength(1);
  expect(new Set(results.map((result) => `${result.organization} ${result.project}`)).size).toBe(1);
  const [first] = results;
  if (first === undefined) throw new Error("no result");
  const project = await db.database.withTenant(first.organization, (tx) => getProject(tx, first.project));
  expect(project).toMatchObject({ name: "default", grants: [{ clusterSelector: {}, namespaces: ["*"] }] });
});

describe("the outbox", () => {
  const drain = async () => {
    while ((await db.database.system.relayOutbox(1000, async () => {})) > 0);
  };

  test("hands every change on, once it is committed, and notifies of the newest", async () => {
    await drain();
    const { database } = db;
    const sample = await sampleOrganization(database);
    const heard: string[] = [];
    await using _subscription = await database.listen("revisions", (payload) => heard.push(payload));
    const refused = database.write(sample.organization, "a", async (tx) => {
      await makeRoute(tx, sample);
      throw new Error("rolled back");
    });
    await expect(refused).rejects.toThrow();
    const events: OutboxEvent[] = [];
    expect(await database.system.relayOutbox(10, async (batch) => void events.push(...batch))).toBe(3);
    expect(events.map((event) => event.revision.n)).toEqual([1, 2, 3]);
    expect(await database.system.relayOutbox(10, async () => {})).toBe(0);
    await eventually(() => expect(heard).toEqual([`${sample.organization} 1.3`]));
  });

  test("keeps what could not be handed on", async () => {
    await drain();
    await sampleOrganization(db.database);
    const failing = db.database.system.relayOutbox(10, async () => {
      throw new Error("the queue is away");
    });
    await expect(failing).rejects.toMatchObject({ code: "internal" });
    expect(await db.database.system.relayOutbox(10, async () => {})).toBe(3);
  });

  test("gives each event to one of the relays that run at once", async () => {
    await drain();
    for (let count = 0; count < 5; count++) await sampleOrganization(db.database);
    const seen: string[] = [];
    const publish = async (batch: readonly OutboxEvent[]) => {
      for (const event of batch) seen.push(`${event.organization} ${event.revision.n}`);
      await new Promise((next) => setTimeout(next, 20));
    };
    const counts = await Promise.all([1, 2, 3].map(() => db.database.system.relayOutbox(7, publish)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(15);
    expect(new Set(seen).size).toBe(15);
  });
});
