import type { ClusterId } from "@fairlead/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readBundlePage, readLiveManifest, readObjectsByDigest, renderedTo } from "./bundle-pages.ts";
import { dropTombstones } from "./bundles.ts";
import { placeOnCluster } from "./claims.ts";
import { getCluster, setClusterServed, updateCluster } from "./clusters.ts";
import { deleteIntent, updateIntent } from "./intents.ts";
import { createProject } from "./projects.ts";
import { takeRenderWork } from "./rendering.ts";
import { renderAll } from "./testing/fill-organization.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { makeRoute, routeInput, type Sample, sampleOrganization } from "./testing/sample.ts";

let db: OpenTestDatabase;
let sample: Sample;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  sample = await sampleOrganization(db.database);
});
afterAll(() => db[Symbol.asyncDispose]());

interface BundlePosition {
  revision: { epoch: number; n: number };
  key: string | undefined;
}
const START: BundlePosition = { revision: { epoch: 0, n: 0 }, key: undefined };
const page = (cluster: ClusterId, after: BundlePosition = START, limit = 100) =>
  db.database.withTenant(sample.organization, (tx) => readBundlePage(tx, cluster, { after, limit }));
const work = () => db.database.withTenant(sample.organization, takeRenderWork);
const write = <T>(change: Parameters<typeof db.database.write<T>>[2]) =>
  db.database.write(sample.organization, "a", change);
const REVIEWS = "gateway.networking.k8s.io/HTTPRoute/default/reviews";

describe("rendering", () => {
  test("is told what changed since last time, and nothing when nothing did", async () => {
    const { clusters } = sample;
    const route = await write((tx) => makeRoute(tx, sample));
    const first = await work();
    expect(first).toMatchObject({ from: { epoch: 1, n: 0 }, through: { epoch: 1, n: 4 }, existing: [] });
    expect(first?.placed).toEqual(clusters.map((cluster) => ({ cluster, intent: route })));
    expect(first?.clusters.map((cluster) => cluster.name).sort()).toEqual(["one", "two"]);

    expect(await renderAll(db.database, sample)).toBe(true);
    expect(await work()).toBeUndefined();
    expect(await db.database.withTenant(sample.organization, renderedTo)).toEqual({ epoch: 1, n: 4 });

    // Another intent's change does not bring this one back.
    const other = await write((tx) => makeRoute(tx, sample, { name: "ratings", clusters: [clusters[0]] }));
    const second = await work();
    expect(second?.placed.map(({ intent }) => intent.id)).toEqual([other.id]);
    expect(second?.existing).toEqual([]);
  });

  test("gives objects that changed the revision they changed at, and tombstones to what went", async () => {
    const [one, two] = sample.clusters;
    const route = await write((tx) => makeRoute(tx, sample));
    await renderAll(db.database, sample);
    const before = await page(one);
    expect(before.rows).toMatchObject([{ key: REVIEWS, intent: route.id, revision: { epoch: 1, n: 4 } }]);
    expect(before).toMatchObject({ through: { epoch: 1, n: 4 }, more: false });

    const ref = { project: sample.project, kind: route.kind, id: route.id };
    const changed = await write((tx) =>
      updateIntent(tx, ref, { ...routeInput(sample), spec: { rules: [] }, clusters: [one], expected: route.revision }),
    );
    await renderAll(db.database, sample);
    const after = { revision: before.through, key: undefined };
    expect((await page(one, after)).rows).toMatchObject([{ key: REVIEWS, body: '{"rules":[]}', revision: { n: 5 } }]);
    expect((await page(two, after)).rows).toEqual([
      { key: REVIEWS, intent: route.id, revision: { epoch: 1, n: 5 }, digest: undefined, body: undefined },
    ]);

    await write((tx) => deleteIntent(tx, ref, { expected: changed.revision }));
    await renderAll(db.database, sample);
    expect((await page(one)).rows).toMatchObject([{ key: REVIEWS, digest: undefined, revision: { n: 6 } }]);
    // A tombstone stays until it is acknowledged, at the revision it was laid.
    expect((await page(two)).rows).toMatchObject([{ key: REVIEWS, digest: undefined, revision: { n: 5 } }]);
    await db.database.withTenant(sample.organization, (tx) => dropTombstones(tx, two, { epoch: 1, n: 5 }));
    expect((await page(two)).rows).toEqual([]);
    await db.database.withTenant(sample.organization, (tx) => dropTombstones(tx, one, { epoch: 1, n: 5 }));
    expect((await page(one)).rows).toHaveLength(1);
  });

  test("brings a held intent in when the object's owner goes", async () => {
    const [one] = sample.clusters;
    const owner = await write((tx) => makeRoute(tx, sample, { clusters: [one] }));
    const other = await write((tx) => createProject(tx, { name: "other", grants: [] }));
    const held = await write((tx) =>
      makeRoute(tx, { ...sample, project: other.id }, { clusters: [], spec: { late: true } }),
    );
    await write(async (tx) => {
      const { name, revision } = await getCluster(tx, one);
      await updateCluster(tx, one, { name, labels: { region: "us" }, expected: revision });
      await placeOnCluster(tx, one, [owner.id, held.id]);
    });
    await renderAll(db.database, sample);
    expect((await page(one)).rows).toMatchObject([{ key: REVIEWS, intent: owner.id }]);

    const ref = { project: sample.project, kind: owner.kind, id: owner.id };
    await write((tx) => deleteIntent(tx, ref, { expected: owner.revision }));
    await renderAll(db.database, sample);
    expect((await page(one)).rows).toMatchObject([{ key: REVIEWS, intent: held.id, body: '{"late":true}' }]);
  });

  test("looks at a whole cluster when the cluster changed, and only then", async () => {
    const [one, two] = sample.clusters;
    await write((tx) => makeRoute(tx, sample));
    await renderAll(db.database, sample);
    const served = ["gateway.networking.k8s.io/v1/HTTPRoute"];
    expect(await write((tx) => setClusterServed(tx, two, served))).toBe(true);
    expect(await write((tx) => setClusterServed(tx, two, [...served, ...served]))).toBe(false);
    const found = await work();
    expect(found?.placed.map(({ cluster }) => cluster)).toEqual([two]);
    expect(found?.existing.map(({ cluster }) => cluster)).toEqual([two]);
    expect(found?.clusters.map((cluster) => [cluster.id, cluster.served])).toEqual([[two, served]]);
    expect(one).not.toBe(two);
  });

  test("of one organization runs once at a time, and the second finds nothing left", async () => {
    await write((tx) => makeRoute(tx, sample));
    const results = await Promise.all([renderAll(db.database, sample), renderAll(db.database, sample)]);
    expect(results.sort()).toEqual([false, true]);
  });

  test("says everything anew in the epoch after a restored backup", async () => {
    const [one] = sample.clusters;
    await write((tx) => makeRoute(tx, sample));
    await renderAll(db.database, sample);
    await db.database.system.bumpEpoch();
    expect(await db.database.system.laggingOrganizations(100)).toContainEqual({
      organization: sample.organization,
      revision: { epoch: 2, n: 4 },
    });
    await renderAll(db.database, sample);
    expect(await page(one)).toMatchObject({
      through: { epoch: 2, n: 4 },
      rows: [{ key: REVIEWS, revision: { epoch: 2, n: 4 } }],
    });
  });

  test("catches up a long log in steps", async () => {
    const many = Array.from({ length: 1100 }, (_, index) => `route-${index}`);
    await write(async (tx) => {
      for (const name of many) await makeRoute(tx, sample, { name, clusters: [] });
    });
    const first = await work();
    expect(first?.through).toEqual({ epoch: 1, n: 1001 });
    await renderAll(db.database, sample);
    expect((await work())?.through).toEqual({ epoch: 1, n: 1103 });
  });
});

describe("a bundle", () => {
  test("is read page by page in the order of revision and key", async () => {
    const [one] = sample.clusters;
    for (const name of ["b", "a", "d", "c"]) await write((tx) => makeRoute(tx, sample, { name }));
    await renderAll(db.database, sample);
    await write((tx) => makeRoute(tx, sample, { name: "e" }));
    await renderAll(db.database, sample);
    const keys: string[] = [];
    let at: BundlePosition = START;
    for (;;) {
      const { rows, more } = await page(one, at, 2);
      keys.push(...rows.map((row) => row.key.slice(-1)));
      const last = rows.at(-1);
      if (last !== undefined) at = { revision: last.revision, key: last.key };
      if (!more) break;
    }
    expect(keys).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("has a manifest in the byte order of keys, and keeps equal contents once", async () => {
    const [one] = sample.clusters;
    for (const name of ["b", "A", "a"]) await write((tx) => makeRoute(tx, sample, { name }));
    await renderAll(db.database, sample);
    await db.database.withTenant(sample.organization, async (tx) => {
      const { rows } = await readLiveManifest(tx, one);
      expect(rows.map((row) => row.key.slice(-1))).toEqual(["A", "a", "b"]);
      const digests = rows.slice(1).map((row) => row.digest);
      const bodies = await readObjectsByDigest(tx, one, [...digests, "unknown"]);
      expect(bodies.map((object) => object.digest).sort()).toEqual([...digests].sort());
    });
    const [count] = await db.owner`select count(*)::int as count from object_bodies where body like '%reviews%'`;
    expect(count?.count).toBeGreaterThan(0);
  });
});
