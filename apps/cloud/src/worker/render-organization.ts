import type { ClusterId, OrganizationId } from "@fairlead/contract";
import { compareRevisions, type Revision } from "@fairlead/core";
import {
  type Cluster,
  type Database,
  finishRenderWork,
  type RenderWork,
  readManifestDigests,
  takeRenderWork,
  writeManifestDigests,
} from "@fairlead/database";
import { canonicalJson, type Rendering, render } from "@fairlead/intent";
import { EMPTY_MANIFEST_DIGEST, ManifestDigest } from "@fairlead/tunnel";
import { renderable } from "../placement/renderable.ts";

/** What one pass of rendering did. */
export interface Rendered {
  /** What the bundles are rendered to now. */
  readonly through: Revision;
  /** The clusters whose bundles changed. */
  readonly clusters: readonly ClusterId[];
}

/**
 * Brings an organization's bundles up to its log: one transaction under the organization's rendering lock, whose work
 * is proportional to what changed. Undefined when nothing was to be done. Running it twice, late or on two replicas
 * at once is harmless.
 */
export function renderOrganization(database: Database, organization: OrganizationId): Promise<Rendered | undefined> {
  return database.withTenant(organization, async (tx) => {
    const work = await takeRenderWork(tx);
    if (work === undefined) return undefined;
    const result = compare(work);
    const clusters = [...new Set([...result.upserts, ...result.tombstones].map((change) => change.cluster))];
    // What does not wait for an answer is sent without waiting: each round trip is time until a route is served.
    const [digests] = await Promise.all([readManifestDigests(tx, clusters), finishRenderWork(tx, work, result)]);
    if (clusters.length > 0) await writeManifestDigests(tx, nextDigests(work, result, digests));
    return { through: work.through, clusters };
  });
}

type Result = Parameters<typeof finishRenderWork>[2];

/** What the bundles must hold, against what they hold: pure. */
function compare(work: RenderWork): Result {
  const clusters = new Map(work.clusters.map((cluster) => [cluster.id, cluster]));
  const existing = new Map(work.existing.map((entry) => [placeOf(entry.cluster, entry.key), entry]));
  const renderings = new Map<string, Rendering & { readonly body: string }>();
  const upserts: Result["upserts"][number][] = [];
  const wanted = new Set<string>();
  for (const { cluster, intent } of work.placed) {
    const rendering = memoized(renderings, intent, clusters.get(cluster));
    const place = placeOf(cluster, rendering.key);
    wanted.add(place);
    if (existing.get(place)?.digest === rendering.digest) continue;
    const { key, digest, body } = rendering;
    upserts.push({ cluster, key, digest, body, intent: intent.id, revision: revisionIn(work, intent.revision) });
  }
  const tombstones = work.existing
    .filter((entry) => !wanted.has(placeOf(entry.cluster, entry.key)))
    .map(({ cluster, key }) => ({ cluster, key }));
  return { upserts, tombstones };
}

/**
 * The revision of an object that changed: its intent's, when that changed in this piece of work. One that a label or
 * grant brought in is as new as the work, for the cluster may hold later revisions than the intent's already; so is
 * one whose intent has changed again beyond it.
 */
function revisionIn({ from, through }: RenderWork, revision: Revision): Revision {
  const own = compareRevisions(revision, from) > 0 && compareRevisions(revision, through) <= 0;
  return own && revision.epoch === through.epoch ? revision : through;
}

// Clusters that serve the same kinds get the same object: it is rendered once.
function memoized(
  renderings: Map<string, Rendering & { readonly body: string }>,
  intent: RenderWork["placed"][number]["intent"],
  cluster: Cluster | undefined,
): Rendering & { readonly body: string } {
  const memo = `${intent.id} ${cluster?.served?.join(",") ?? ""}`;
  const known = renderings.get(memo);
  if (known !== undefined) return known;
  const rendering = render(renderable(intent), { served: cluster?.served });
  const { apiVersion, kind, metadata, spec } = rendering.object;
  const fresh = { ...rendering, body: canonicalJson({ apiVersion, kind, metadata: { ...metadata }, spec }) };
  renderings.set(memo, fresh);
  return fresh;
}

/** The manifests' digests after the change, from those before: a sum, so only what changed is looked at. */
function nextDigests(
  work: RenderWork,
  { upserts, tombstones }: Result,
  before: ReadonlyMap<ClusterId, string>,
): Map<ClusterId, string> {
  const digests = new Map<ClusterId, ManifestDigest>();
  const of = (cluster: ClusterId): ManifestDigest => {
    const known = digests.get(cluster) ?? new ManifestDigest(before.get(cluster) ?? EMPTY_MANIFEST_DIGEST);
    digests.set(cluster, known);
    return known;
  };
  const gone = new Set([...upserts, ...tombstones].map(({ cluster, key }) => placeOf(cluster, key)));
  for (const { cluster, key, digest } of work.existing) {
    if (gone.has(placeOf(cluster, key))) of(cluster).remove(key, digest);
  }
  for (const { cluster, key, digest } of upserts) of(cluster).add(key, digest);
  return new Map([...digests].map(([cluster, digest]) => [cluster, digest.hex]));
}

function placeOf(cluster: ClusterId, key: string): string {
  return `${cluster} ${key}`;
}
