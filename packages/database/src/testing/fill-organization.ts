import type { ClusterId } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import { applyFacts } from "../apply-facts.ts";
import { recordClone } from "../cluster-clones.ts";
import type { Database } from "../database.ts";
import { createJoinToken } from "../join-tokens.ts";
import { acquireLease } from "../leases.ts";
import { writeManifestDigests } from "../manifest-digests.ts";
import { finishRenderWork, takeRenderWork } from "../rendering.ts";
import { recordNodes, recordProgress } from "../state.ts";
import { createToken } from "../tokens.ts";
import { makeRoute, type Sample, sampleOrganization } from "./sample.ts";

/** Renders everything with bodies made up from the specs; gives whether there was something to do. */
export function renderAll(database: Database, sample: Sample): Promise<boolean> {
  return database.withTenant(sample.organization, async (tx) => {
    const work = await takeRenderWork(tx);
    if (work === undefined) return false;
    const rendered = work.placed.map(({ cluster, intent }) => ({
      cluster,
      key: `gateway.networking.k8s.io/${intent.kind}/${intent.namespace}/${intent.name}`,
      digest: `digest of ${intent.id} ${JSON.stringify(intent.spec)}`,
      body: JSON.stringify(intent.spec),
      intent: intent.id,
    }));
    const place = ({ cluster, key }: { cluster: ClusterId; key: string }) => `${cluster} ${key}`;
    const before = new Map(work.existing.map((entry) => [place(entry), entry.digest]));
    const after = new Set(rendered.map(place));
    await finishRenderWork(tx, work, {
      upserts: rendered.filter((entry) => before.get(place(entry)) !== entry.digest),
      tombstones: work.existing.filter((entry) => !after.has(place(entry))),
    });
    return true;
  });
}

/** An organization that has at least one row in every tenant table. A new table must be added here: a test says so. */
export async function fillOrganization(database: Database, name: string): Promise<Sample> {
  const sample = await sampleOrganization(database, name);
  const [cluster] = sample.clusters;
  await database.write(sample.organization, "system", (tx) =>
    makeRoute(tx, sample, { spec: { parentRefs: [{ name: "web" }], rules: [] } }),
  );
  await renderAll(database, sample);
  await database.withTenant(sample.organization, async (tx) => {
    const [token, join] = [generateToken("tok"), generateToken("jt")];
    await createToken(tx, { id: token.id, hash: token.hash, name: "ci" });
    await createJoinToken(tx, { id: join.id, hash: join.hash, cluster, expiresAt: new Date(Date.now() + 60_000) });
    await recordClone(tx, { cluster, reason: "other_cluster", kubeSystemUid: "uid-2" });
    const { fence } = await acquireLease(tx, { cluster, holder: "hub-1", ttlMs: 10_000 });
    const revision = { epoch: 1, n: 4 };
    await recordProgress(tx, { cluster, fence, sent: revision, applied: revision });
    await recordNodes(tx, { cluster, fence, nodes: [{ node: "node-1", proxied: revision, exceptions: [] }] });
    const facts = {
      upserts: [{ key: "/Service/default/reviews", body: "{}" }],
      removals: [],
      digest: "1",
      leftOut: {},
    };
    await applyFacts(tx, { cluster, fence, ...facts, quota: { objects: 10, bytes: 1000 } });
    await writeManifestDigests(tx, new Map([[cluster, "00"]]));
  });
  return sample;
}
