import { type ClusterId, idFromUuid, newId, uuidFromId } from "@fairlead/contract";
import { MeshError, type Revision } from "@fairlead/core";
import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { type Changed, change, expectRevision, notFound } from "./change.ts";
import { forgetClones } from "./cluster-clones.ts";
import { brokenConstraint } from "./errors.ts";
import type { Labels } from "./labels.ts";
import { type Page, type PageRequest, pageOf } from "./pages.ts";
import { clusters } from "./schema.ts";
import { HANDLE, rows, type TenantTransaction, type WriteTransaction } from "./transaction.ts";
import { json } from "./values.ts";

/** A Kubernetes cluster of the organization. */
export interface Cluster {
  readonly id: ClusterId;
  readonly name: string;
  readonly labels: Labels;
  readonly kubeSystemUid: string | undefined;
  /** `<group>/<version>/<Kind>` as announced in `hello`; undefined until then. */
  readonly served: readonly string[] | undefined;
  readonly joinedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What can be written of a cluster. */
export interface ClusterInput {
  readonly name: string;
  readonly labels: Labels;
}

/** Makes a cluster nobody has joined yet. Throws `already_exists` when the name is taken. Follow with `placeOnCluster`. */
export async function createCluster(tx: WriteTransaction, input: ClusterInput): Promise<Cluster> {
  const id = newId("clu");
  const changed = await save(
    tx,
    "create",
    id,
    input,
    sql`
    insert into clusters (organization_id, id, name, labels, epoch, n)
    select ${tx[HANDLE].organization}::uuid, ${uuidFromId(id)}::uuid, ${input.name}::text, ${json(input.labels)}, epoch, n
    from counter returning *`,
  );
  const none = { kubeSystemUid: undefined, served: undefined, joinedAt: undefined, revokedAt: undefined };
  return { id, name: input.name, labels: input.labels, ...none, ...changed };
}

/** Replaces what can be written of a cluster. When labels changed, follow with `placeOnCluster`. */
export async function updateCluster(
  tx: WriteTransaction,
  id: ClusterId,
  input: ClusterInput & { readonly expected: Revision },
): Promise<Cluster> {
  const before = await getCluster(tx, id);
  expectRevision("cluster", id, input.expected, before.revision);
  const { name, labels } = input;
  return {
    ...before,
    name,
    labels,
    ...(await set(tx, id, { name, labels }, sql`name = ${name}, labels = ${json(labels)}`)),
  };
}

/** Records what its API server serves. False when that is what was known: no revision is taken then. */
export async function setClusterServed(
  tx: WriteTransaction,
  id: ClusterId,
  served: readonly string[],
): Promise<boolean> {
  const sorted = [...new Set(served)].sort();
  const before = await getCluster(tx, id);
  if (before.served !== undefined && JSON.stringify(before.served) === JSON.stringify(sorted)) return false;
  await set(tx, id, before, sql`served = ${json(sorted)}`);
  return true;
}

/**
 * Says which Kubernetes cluster this is, whichever it was before: from then on the connector there is welcome and no
 * other. What was refused is forgotten. Throws `invalid_request` while nobody has joined.
 */
export async function confirmCluster(tx: WriteTransaction, id: ClusterId, kubeSystemUid: string): Promise<Cluster> {
  const before = await getCluster(tx, id);
  if (before.joinedAt === undefined) {
    const text = `Cluster ${before.name} has not joined yet; join it with a join token (fairlead cluster join).`;
    throw new MeshError("invalid_request", { public: text });
  }
  await forgetClones(tx, id);
  if (before.kubeSystemUid === kubeSystemUid) return before;
  await set(tx, id, before, sql`kube_system_uid = ${kubeSystemUid}`);
  return getCluster(tx, id);
}

/** Accepts none of its keys any more and makes its join tokens useless. Revoking twice is no error. */
export async function revokeCluster(
  tx: WriteTransaction,
  id: ClusterId,
  input: { readonly expected?: Revision | undefined } = {},
): Promise<Cluster> {
  const before = await getCluster(tx, id);
  if (input.expected !== undefined) expectRevision("cluster", id, input.expected, before.revision);
  if (before.revokedAt !== undefined) return before;
  await rows(tx, sql`delete from join_tokens where cluster_id = ${uuidFromId(id)}::uuid and used_at is null`);
  await set(tx, id, before, sql`revoked_at = now()`);
  return getCluster(tx, id);
}

/** Removes a cluster with its claims, bundle and state; gives the revision from which it is gone. */
export async function deleteCluster(
  tx: WriteTransaction,
  id: ClusterId,
  input: { readonly expected: Revision },
): Promise<Revision> {
  const { name, labels, revision } = await getCluster(tx, id);
  expectRevision("cluster", id, input.expected, revision);
  const changed = await change(tx, {
    action: "delete",
    subject: "cluster",
    id,
    body: json({ name, labels }),
    statement: sql`delete from clusters where id = ${uuidFromId(id)}::uuid returning *`,
  });
  if (changed === undefined) throw notFound("cluster", id);
  return changed.revision;
}

/** Gives a joined cluster a new key; the one before is good for `overlapMs` more. */
export async function rotateClusterKey(
  tx: TenantTransaction,
  id: ClusterId,
  input: { readonly publicKey: Uint8Array; readonly overlapMs: number },
): Promise<void> {
  const changed = await rows(
    tx,
    sql`
    update clusters set previous_public_key = public_key, public_key = ${input.publicKey},
      previous_key_until = now() + ${input.overlapMs}::bigint * interval '1 millisecond'
    where id = ${uuidFromId(id)}::uuid and public_key is not null and revoked_at is null returning 1 as one`,
  );
  if (changed.length === 0) throw notFound("cluster", id);
}

/** One cluster. Throws `not_found`. */
export async function getCluster(tx: TenantTransaction, id: ClusterId): Promise<Cluster> {
  const [row] = await tx[HANDLE].db
    .select()
    .from(clusters)
    .where(eq(clusters.id, uuidFromId(id)));
  if (row === undefined) throw notFound("cluster", id);
  return clusterOf(row);
}

/** The organization's clusters. */
export async function listClusters(
  tx: TenantTransaction,
  page: PageRequest<ClusterId> & { readonly name?: string | undefined },
): Promise<Page<Cluster, ClusterId>> {
  const after = page.after === undefined ? undefined : gt(clusters.id, uuidFromId(page.after));
  const named = page.name === undefined ? undefined : eq(clusters.name, page.name);
  const found = await tx[HANDLE].db
    .select()
    .from(clusters)
    .where(and(after, named))
    .orderBy(asc(clusters.id))
    .limit(page.limit + 1);
  return pageOf(found.map(clusterOf), page.limit);
}

/** Every cluster of the organization, for placement, in the order of ids. */
export async function allClusters(tx: TenantTransaction): Promise<readonly Cluster[]> {
  const found = await tx[HANDLE].db.select().from(clusters).orderBy(asc(clusters.id));
  return found.map(clusterOf);
}

/** A row as callers see it. */
export function clusterOf(row: typeof clusters.$inferSelect): Cluster {
  return {
    id: idFromUuid("clu", row.id),
    name: row.name,
    labels: row.labels,
    kubeSystemUid: row.kubeSystemUid ?? undefined,
    served: row.served ?? undefined,
    joinedAt: row.joinedAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    revision: { epoch: row.epoch, n: row.n },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function set(tx: WriteTransaction, id: ClusterId, input: ClusterInput, assignments: SQL): Promise<Changed> {
  return save(
    tx,
    "update",
    id,
    input,
    sql`
    update clusters set ${assignments}, epoch = counter.epoch, n = counter.n, updated_at = now()
    from counter where id = ${uuidFromId(id)}::uuid returning clusters.*`,
  );
}

async function save(
  tx: WriteTransaction,
  action: "create" | "update",
  id: ClusterId,
  { name, labels }: ClusterInput,
  statement: SQL,
): Promise<Changed> {
  try {
    const changed = await change(tx, { action, subject: "cluster", id, body: json({ name, labels }), statement });
    if (changed === undefined) throw notFound("cluster", id);
    return changed;
  } catch (error) {
    if (brokenConstraint(error) !== "clusters_organization_id_name_key") throw error;
    throw new MeshError("already_exists", {
      public: `There is a cluster named ${name} already.`,
      fields: [{ field: "name", value: JSON.stringify(name), message: "must be unique in the organization" }],
    });
  }
}
