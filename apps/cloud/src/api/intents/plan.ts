import type { ClusterId, OrganizationId, Plan } from "@fairlead/contract";
import {
  allClusters,
  type Claim,
  type Cluster,
  type Database,
  getIntent,
  type Intent,
  type IntentRef,
  listClaims,
  type WriteTransaction,
} from "@fairlead/database";
import { diff, render } from "@fairlead/intent";
import { renderable } from "../../placement/renderable.ts";
import type { Written } from "./intent-writes.ts";

/**
 * What a write would do: the write itself is made, looked at, and rolled back, so the preview refuses exactly what
 * the write refuses and shows exactly what the worker would render.
 */
export async function rehearse(
  database: Database,
  organization: OrganizationId,
  actor: string,
  existing: IntentRef | undefined,
  write: (tx: WriteTransaction) => Promise<Written>,
): Promise<Plan> {
  let plan: Plan | undefined;
  try {
    await database.write(organization, actor, async (tx) => {
      const before = existing === undefined ? undefined : await getIntent(tx, existing);
      const claimsBefore = before === undefined ? [] : await listClaims(tx, { intents: [before.id] });
      const written = await write(tx);
      const claimsAfter = written.intent === undefined ? [] : await listClaims(tx, { intents: [written.intent.id] });
      plan = planOf(await allClusters(tx), written, { before, claimsBefore, claimsAfter });
      throw new Error("rehearsed: roll back");
    });
  } catch (error) {
    if (plan === undefined) throw error;
  }
  if (plan === undefined) throw new TypeError("a rehearsal gives a plan or throws");
  return plan;
}

interface Sides {
  readonly before: Intent | undefined;
  readonly claimsBefore: readonly Claim[];
  readonly claimsAfter: readonly Claim[];
}

function planOf(clusters: readonly Cluster[], written: Written, { before, claimsBefore, claimsAfter }: Sides): Plan {
  const [liveBefore, liveAfter] = [live(claimsBefore), live(claimsAfter)];
  const named = new Map(clusters.map((cluster) => [cluster.id, cluster.name]));
  const held = claimsAfter.flatMap((claim) =>
    claim.heldBy === undefined ? [] : [`${named.get(claim.cluster)}: held, because ${claim.heldBy} has this object`],
  );
  const excluded = written.excluded.map((one) => `${one.name}: selected, but the project is not granted the namespace`);
  const nowhere = written.intent !== undefined && claimsAfter.length === 0 ? ["no cluster is selected"] : [];
  return {
    dryRun: true,
    change: written.change,
    clusters: clusters
      .filter((cluster) => liveBefore.has(cluster.id) || liveAfter.has(cluster.id))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((cluster) =>
        planCluster(
          cluster,
          liveBefore.has(cluster.id) ? before : undefined,
          liveAfter.has(cluster.id) ? written.intent : undefined,
        ),
      ),
    warnings: [...held.sort(), ...excluded.sort(), ...nowhere],
  };
}

function planCluster(
  cluster: Cluster,
  before: Intent | undefined,
  after: Intent | undefined,
): Plan["clusters"][number] {
  const [old, fresh] = [rendered(before, cluster), rendered(after, cluster)];
  const changes = diff(old, fresh);
  const change =
    changes.length === 0 ? "none" : old === undefined ? "create" : fresh === undefined ? "delete" : "update";
  return {
    cluster: cluster.id,
    name: cluster.name,
    change,
    before: old ?? null,
    after: fresh ?? null,
    diff: changes,
  };
}

function rendered(intent: Intent | undefined, cluster: Cluster) {
  if (intent === undefined) return undefined;
  const { apiVersion, kind, metadata, spec } = render(renderable(intent), cluster).object;
  return { apiVersion, kind, metadata: { ...metadata }, spec };
}

function live(claims: readonly Claim[]): Set<ClusterId> {
  return new Set(claims.filter((claim) => claim.heldBy === undefined).map((claim) => claim.cluster));
}
