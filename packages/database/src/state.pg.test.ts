import type { DataPlane } from "@fairlead/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { acquireLease, leaseHolder, releaseLease } from "./leases.ts";
import { stageTimes } from "./stage-times.ts";
import { clusterStates, nodeStates, type ProgressReport, recordNodes, recordProgress } from "./state.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { type Sample, sampleOrganization } from "./testing/sample.ts";
import type { TenantTransaction } from "./transaction.ts";

let db: OpenTestDatabase;
let sample: Sample;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  sample = await sampleOrganization(db.database);
});
afterAll(() => db[Symbol.asyncDispose]());

const inside = <T>(work: (tx: TenantTransaction) => Promise<T>) =>
  db.database.withTenant(sample.organization, work, { durable: false });
const at = (n: number, epoch = 1) => ({ epoch, n });
const acquire = (holder: string, ttlMs = 10_000) =>
  inside((tx) => acquireLease(tx, { cluster: sample.clusters[0], holder, ttlMs }));

describe("a socket's lease", () => {
  test("goes to the newest connection; the fence only grows, also over a release", async () => {
    const [cluster] = sample.clusters;
    expect(await acquire("hub-1")).toEqual({ fence: 1, previous: undefined });
    expect(await acquire("hub-2")).toEqual({ fence: 2, previous: "hub-1" });
    // The first one's release comes late and does not count.
    await inside((tx) => releaseLease(tx, { cluster, fence: 1 }));
    expect(await inside((tx) => leaseHolder(tx, cluster))).toMatchObject({ holder: "hub-2", fence: 2 });
    await inside((tx) => releaseLease(tx, { cluster, fence: 2 }));
    expect(await inside((tx) => leaseHolder(tx, cluster))).toBeUndefined();
    expect(await acquire("hub-3")).toEqual({ fence: 3, previous: undefined });
  });

  test("is renewed by its holder across organizations, who learns which it lost", async () => {
    const [cluster] = sample.clusters;
    const { organization } = sample;
    const other = await sampleOrganization(db.database, "other");
    const { fence } = await acquire("hub-1", 1);
    const theirs = await db.database.withTenant(other.organization, (tx) =>
      acquireLease(tx, { cluster: other.clusters[0], holder: "hub-1", ttlMs: 1 }),
    );
    const leases = [
      { organization, cluster, fence },
      { organization: other.organization, cluster: other.clusters[0], fence: theirs.fence },
    ];
    const renew = () => db.database.system.renewLeases({ holder: "hub-1", leases, ttlMs: 10_000 });
    expect(await renew()).toEqual([]);
    expect(await inside((tx) => leaseHolder(tx, cluster))).toMatchObject({ holder: "hub-1" });
    await acquire("hub-2");
    expect(await renew()).toEqual([cluster]);
    expect(await db.database.system.renewLeases({ holder: "hub-1", leases: [], ttlMs: 10_000 })).toEqual([]);
  });
});

describe("reported state", () => {
  const report = (report: Omit<ProgressReport, "cluster">) =>
    inside((tx) => recordProgress(tx, { cluster: sample.clusters[0], ...report }));
  const state = async () => (await inside((tx) => clusterStates(tx, [sample.clusters[0]])))[0];

  test("raises watermarks, never lowers them, and leaves alone what a report does not mention", async () => {
    const { fence } = await acquire("hub-1");
    expect(await report({ fence, sent: at(5), kubernetesVersion: "v1.33.4" })).toBe(true);
    const refused = { key: "k", revision: "1.4", stage: "applied", state: "rejected", reason: "Invalid" };
    await report({ fence, applied: at(4), rejections: [refused] });
    await report({ fence, sent: at(3), applied: at(6) });
    expect(await state()).toMatchObject({
      sent: at(5),
      received: undefined,
      applied: at(6),
      rejections: [refused],
      kubernetesVersion: "v1.33.4",
      connectorVersion: undefined,
      connected: true,
    });
    await report({ fence, sent: at(1, 2), rejections: [] });
    expect(await state()).toMatchObject({ sent: at(1, 2), applied: at(6), rejections: [] });
  });

  test("of the data plane holds until the next version of the connector speaks, and is gone when that says nothing", async () => {
    const { fence } = await acquire("hub-1");
    const dataPlane: DataPlane = {
      kind: "cilium",
      ciliumClasses: true,
      ingress: { forceHttps: true, loadBalancerMode: "shared" },
      secretNamespaces: null,
      hostNetwork: { gateways: null, ingresses: null, envoyMetricsPort: 9964 },
    };
    expect((await state())?.dataPlane).toBeUndefined();
    await report({ fence, connectorVersion: "2", dataPlane });
    await report({ fence, applied: at(7) });
    expect(await state()).toMatchObject({ connectorVersion: "2", dataPlane });
    await report({ fence, connectorVersion: "1" });
    expect(await state()).toMatchObject({ connectorVersion: "1", dataPlane: undefined });
  });

  test("of a hub that lost the socket is not written", async () => {
    const { fence } = await acquire("hub-1");
    await acquire("hub-2");
    expect(await report({ fence, applied: at(9) })).toBe(false);
    const nodes = [{ node: "n1", proxied: at(9), exceptions: [] }];
    expect(await inside((tx) => recordNodes(tx, { cluster: sample.clusters[0], fence, nodes }))).toBe(false);
    expect(await state()).toMatchObject({ applied: undefined });
    expect(await inside((tx) => nodeStates(tx, [sample.clusters[0]]))).toEqual([]);
    expect(await inside((tx) => stageTimes(tx, { clusters: sample.clusters, revision: at(9) }))).toEqual([]);
  });

  test("of nodes is kept as reported, unknown ones included, until they are gone", async () => {
    const [cluster] = sample.clusters;
    const { fence } = await acquire("hub-1");
    const exception = { key: "k", revision: "1.3", stage: "proxied", state: "rejected", field: "spec.rules[0]" };
    const nodes = [
      { node: "a", proxied: at(5), exceptions: [exception] },
      { node: "b", proxied: undefined, exceptions: [] },
    ];
    await inside((tx) => recordNodes(tx, { cluster, fence, nodes }));
    expect(await inside((tx) => nodeStates(tx, [cluster]))).toMatchObject([
      { cluster, node: "a", proxied: at(5), exceptions: [exception], reportedAt: expect.any(Date) },
      { cluster, node: "b", proxied: undefined, exceptions: [], reportedAt: undefined },
    ]);
    // A node that starts over is behind again, and says so.
    await inside((tx) =>
      recordNodes(tx, { cluster, fence, nodes: [{ node: "a", proxied: at(2), exceptions: [] }], gone: ["b"] }),
    );
    expect(await inside((tx) => nodeStates(tx, [cluster]))).toMatchObject([
      { node: "a", proxied: at(2), exceptions: [] },
    ]);
  });

  test("says when a revision was first reached, stage by stage", async () => {
    const [cluster, silent] = sample.clusters;
    const { fence } = await acquire("hub-1");
    const node = (n: number) =>
      inside((tx) => recordNodes(tx, { cluster, fence, nodes: [{ node: "a", proxied: at(n), exceptions: [] }] }));
    await report({ fence, sent: at(2), applied: at(1) });
    await report({ fence, applied: at(3) });
    await node(3);
    const reached = new Date();
    await new Promise((next) => setTimeout(next, 5));
    // Later watermarks, and a node that falls back and comes again, do not change when it was first reached.
    await report({ fence, sent: at(9), applied: at(9) });
    await node(1);
    await node(3);
    const times = await inside((tx) => stageTimes(tx, { clusters: [cluster, silent], revision: at(2) }));
    const byStage = new Map(times.map((time) => [time.stage, time]));
    expect([...byStage.keys()].sort()).toEqual(["applied", "proxied", "sent", "stored"]);
    expect(byStage.get("stored")).toMatchObject({ cluster: undefined, node: undefined });
    expect(byStage.get("sent")).toMatchObject({ cluster, node: undefined });
    expect(byStage.get("proxied")).toMatchObject({ cluster, node: "a" });
    const order = (["stored", "sent", "applied", "proxied"] as const).map(
      (stage) => byStage.get(stage)?.at.getTime() ?? 0,
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[3]).toBeLessThanOrEqual(reached.getTime());
    expect(await inside((tx) => stageTimes(tx, { clusters: [cluster], revision: at(99) }))).toEqual([]);
  });

  test("keeps its history for as long as it is asked to, and the newest watermark for ever", async () => {
    const [cluster] = sample.clusters;
    const { fence } = await acquire("hub-1");
    for (const n of [1, 2, 3]) await report({ fence, applied: at(n) });
    await new Promise((next) => setTimeout(next, 10));
    await db.database.system.prune({ olderThanMs: 1 });
    const left = await inside((tx) => stageTimes(tx, { clusters: [cluster], revision: at(1) }));
    expect(left.filter((time) => time.stage === "applied")).toHaveLength(1);
    const rows = await db.owner`select n from watermarks where stage = 'applied' and n < 3`;
    expect(rows).toHaveLength(0);
  });
});
