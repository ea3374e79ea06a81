import { type ClusterId, uuidFromId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { type SQL, sql } from "drizzle-orm";
import type { BundleEntry, BundleObject } from "./bundles.ts";
import { rows, type TenantTransaction } from "./transaction.ts";
import { intentId, json } from "./values.ts";

/** A row of a bundle: an object with its content, or the tombstone of one (without digest and body). */
export interface BundleRow extends Omit<BundleEntry, "cluster" | "digest"> {
  readonly digest: string | undefined;
  readonly body: string | undefined;
}

/** A snapshot's place in the log and the manifest digest that goes with it. */
export interface BundleHead {
  /** The revision the bundle is rendered to. */
  readonly through: Revision;
  /** Undefined: nothing was ever rendered for the cluster. */
  readonly digest: string | undefined;
}

/** The revision the organization's bundles are rendered to. */
export async function renderedTo(tx: TenantTransaction): Promise<Revision> {
  const [row] = await rows<{ epoch: number; n: number }>(tx, sql`select epoch, n from render_cursors`);
  return row === undefined ? { epoch: 0, n: 0 } : { epoch: row.epoch, n: row.n };
}

/**
 * At most `limit` rows of a cluster's bundle after a place, in the order of (revision, key). A place without a key
 * lies behind every key of its revision. All of the answer is of one moment.
 */
export async function readBundlePage(
  tx: TenantTransaction,
  cluster: ClusterId,
  query: {
    readonly after: { readonly revision: Revision; readonly key: string | undefined };
    readonly limit: number;
  },
): Promise<BundleHead & { readonly rows: readonly BundleRow[]; readonly more: boolean }> {
  const { revision, key } = query.after;
  const at = sql`(${revision.epoch}::integer, ${revision.n}::bigint)`;
  const behind =
    key === undefined
      ? sql`(b.epoch, b.n) > ${at}`
      : sql`(b.epoch, b.n) >= ${at} and ((b.epoch, b.n) > ${at} or b.key > ${key})`;
  const found = await snapshot(
    tx,
    cluster,
    sql`
    select b.*, o.body from bundle_objects b left join object_bodies o on o.digest = b.digest
    where b.cluster_id = ${uuidFromId(cluster)}::uuid and ${behind}
    order by b.epoch, b.n, b.key limit ${query.limit + 1}::bigint`,
  );
  const more = found.rows.length > query.limit;
  return { ...found, rows: found.rows.slice(0, query.limit), more };
}

/** Every live row of a cluster's bundle without its content, in the byte order of keys, all of one moment. */
export async function readLiveManifest(
  tx: TenantTransaction,
  cluster: ClusterId,
): Promise<BundleHead & { readonly rows: readonly Omit<BundleEntry, "cluster">[] }> {
  const found = await snapshot(
    tx,
    cluster,
    sql`
    select b.*, null::text as body from bundle_objects b
    where b.cluster_id = ${uuidFromId(cluster)}::uuid and b.digest is not null order by b.key`,
  );
  const live = found.rows.flatMap(({ key, digest, intent, revision }) =>
    digest === undefined ? [] : [{ key, digest, intent, revision }],
  );
  return { ...found, rows: live };
}

/** The live objects of a cluster's bundle with these digests. */
export async function readObjectsByDigest(
  tx: TenantTransaction,
  cluster: ClusterId,
  digests: readonly string[],
): Promise<readonly BundleObject[]> {
  const found = await snapshot(
    tx,
    cluster,
    sql`
    select b.*, o.body from bundle_objects b join object_bodies o on o.digest = b.digest
    where b.cluster_id = ${uuidFromId(cluster)}::uuid
      and b.digest in (select jsonb_array_elements_text(${json(digests)})) order by b.key`,
  );
  return found.rows.flatMap(({ digest, body, ...row }) =>
    digest === undefined || body === undefined ? [] : [{ ...row, digest, body }],
  );
}

interface Found {
  through_epoch: number;
  through_n: number;
  manifest: string | null;
  key: string | null;
  digest: string | null;
  intent_id: string;
  intent_kind: string;
  epoch: number;
  n: number;
  body: string | null;
}

/** One statement gives cursor, digest and rows, so that nothing can be rendered in between. */
async function snapshot(
  tx: TenantTransaction,
  cluster: ClusterId,
  selected: SQL,
): Promise<BundleHead & { rows: BundleRow[] }> {
  const found = await rows<Found>(
    tx,
    sql`
    select c.epoch as through_epoch, c.n as through_n, m.digest as manifest, r.key, r.digest, r.intent_id,
      r.intent_kind, r.epoch, r.n, r.body
    from render_cursors c
      left join manifest_digests m on m.cluster_id = ${uuidFromId(cluster)}::uuid
      left join lateral (${selected}) r on true`,
  );
  const [head] = found;
  return {
    through: { epoch: head?.through_epoch ?? 0, n: head?.through_n ?? 0 },
    digest: head?.manifest ?? undefined,
    rows: found.flatMap(({ key, digest, intent_id, intent_kind, epoch, n, body }) =>
      key === null
        ? []
        : [
            {
              key,
              digest: digest ?? undefined,
              body: body ?? undefined,
              intent: intentId(intent_kind, intent_id),
              revision: { epoch, n },
            },
          ],
    ),
  };
}
