import type { ClusterId } from "@fairlead/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyFacts } from "./apply-facts.ts";
import { getCluster, updateCluster } from "./clusters.ts";
import { updateIntent } from "./intents.ts";
import { acquireLease } from "./leases.ts";
import { factsNamed, foreignFacts, headRevision, intentsAt, movementsSince } from "./planning.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/open-test-database.ts";
import { makeRoute, type Sample, sampleOrganization } from "./testing/sample.ts";

let db: OpenTestDatabase;
let sample: Sample;
beforeAll(async () => {
  db = await openTestDatabase();
  sample = await sampleOrganization(db.database);
});
afterAll(() => db?.[Symbol.asyncDispose]());

const at = (places: { parent: string; host?: string }[]) =>
  db.database.withTenant(sample.organization, async (tx) =>
    (await intentsAt(tx, places)).map(({ kind, name }) => `${kind} ${name}`).sort(),
  );

test("intents are found by where they take part in routing, also after they moved", async () => {
  const { organization, project } = sample;
  const write = db.database.write;
  const route = await write(organization, "system", async (tx) => {
    await makeRoute(tx, sample, { name: "any", spec: { parentRefs: [{ name: "web" }] } });
    await makeRoute(tx, sample, { name: "mesh", spec: { parentRefs: [{ kind: "Service", group: "", name: "web" }] } });
    await makeRoute(tx, sample, {
      kind: "Ingress",
      name: "in",
      spec: { rules: [{ host: "A.example" }, {}], defaultBackend: {} },
    });
    const hostnames = ["A.example", "*.b.example"];
    return makeRoute(tx, sample, {
      name: "far",
      spec: { parentRefs: [{ name: "web", namespace: "infra" }], hostnames },
    });
  });
  expect(await at([{ parent: "default/web" }])).toEqual(["HTTPRoute any"]);
  expect(await at([{ parent: "default/web", host: "*" }])).toEqual(["HTTPRoute any"]);
  expect(await at([{ parent: "infra/web", host: "a.example" }])).toEqual(["HTTPRoute far"]);
  expect(
    await at([
      { parent: "infra/web", host: "*.b.example" },
      { parent: "", host: "a.example" },
    ]),
  ).toEqual(["HTTPRoute far", "Ingress in"]);
  const { labels, annotations, placement, apiVersion, revision } = route;
  await write(organization, "system", (tx) =>
    updateIntent(
      tx,
      { project, kind: "HTTPRoute", id: route.id },
      {
        labels,
        annotations,
        placement,
        apiVersion,
        spec: { parentRefs: [{ name: "web" }] },
        clusters: [],
        expected: revision,
      },
    ),
  );
  expect(await at([{ parent: "infra/web" }])).toEqual([]);
  expect(await at([{ parent: "default/web" }])).toEqual(["HTTPRoute any", "HTTPRoute far"]);
});

test("facts are told once for all clusters that say the same; what is not ours is told apart by its spec", async () => {
  const { organization, clusters } = sample;
  const fact = (key: string, more: object) => ({ key, body: JSON.stringify(more) });
  const tell = (cluster: ClusterId, port: number) =>
    db.database.withTenant(organization, async (tx) => {
      const { fence } = await acquireLease(tx, { cluster, holder: "test", ttlMs: 60_000 });
      const upserts = [
        fact("/Service/default/web", { spec: { ports: [{ port: 80 }] } }),
        fact("/Service/default/other", { spec: { ports: [{ port }] } }),
        fact("gateway.networking.k8s.io/GatewayClass//fairlead", { spec: {} }),
        fact("gateway.networking.k8s.io/HTTPRoute/default/ours", { metadata: {} }),
        fact("gateway.networking.k8s.io/HTTPRoute/default/theirs", { spec: {} }),
      ];
      const range = { after: "", through: undefined };
      const quota = { objects: 100, bytes: 100_000 };
      await applyFacts(tx, { cluster, fence, upserts, removals: [], range, digest: "x", leftOut: {}, quota });
    });
  await tell(clusters[0], 81);
  await tell(clusters[1], 82);
  await db.database.withTenant(organization, async (tx) => {
    const counts = (facts: readonly { key: string; clusters: readonly ClusterId[] }[]) =>
      facts.map((one) => `${one.key} ×${one.clusters.length}`).sort();
    expect(counts(await foreignFacts(tx, clusters))).toEqual(["gateway.networking.k8s.io/HTTPRoute/default/theirs ×2"]);
    const keys = ["/Service/default/web", "/Service/default/other", "/Service/default/absent"];
    expect(counts(await factsNamed(tx, clusters, keys))).toEqual([
      "/Service/default/other ×1",
      "/Service/default/other ×1",
      "/Service/default/web ×2",
      "gateway.networking.k8s.io/GatewayClass//fairlead ×2",
    ]);
  });
});

test("what a plan depends on moves; the rest of the organization does not disturb it", async () => {
  const { organization, project, clusters } = sample;
  const objects = [{ kind: "HTTPRoute" as const, namespace: "default", name: "planned" }];
  const moved = (base: { epoch: number; n: number }) =>
    db.database.withTenant(organization, async (tx) =>
      (await movementsSince(tx, base, { project, objects })).map(({ action, subject, name, labels }) => ({
        what: `${action} ${subject} ${name}`,
        labels,
      })),
    );
  const base = await db.database.withTenant(organization, headRevision);
  await db.database.write(organization, "system", (tx) => makeRoute(tx, sample, { name: "unrelated" }));
  expect(await moved(base)).toEqual([]);
  await db.database.write(organization, "system", async (tx) => {
    await makeRoute(tx, sample, { name: "planned" });
    const { name, revision } = await getCluster(tx, clusters[1]);
    await updateCluster(tx, clusters[1], { name, labels: { new: "yes" }, expected: revision });
  });
  expect(await moved(base)).toEqual([
    { what: "create intent planned", labels: [{ team: "a" }] },
    { what: "update cluster two", labels: [{ new: "yes" }, {}] },
  ]);
});

test("a snapshot does not see what is committed meanwhile, and cannot write", async () => {
  const { organization } = sample;
  await db.database.withTenant(
    organization,
    async (tx) => {
      const before = await headRevision(tx);
      await db.database.write(organization, "system", (other) => makeRoute(other, sample, { name: "meanwhile" }));
      expect(await headRevision(tx)).toEqual(before);
    },
    { snapshot: true },
  );
});
