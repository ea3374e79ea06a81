import { type ClusterId, idFromUuid, uuidFromId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { sql } from "drizzle-orm";
import type { BundleEntry } from "./bundles.ts";
import { type Cluster, clusterOf } from "./clusters.ts";
import type { Intent } from "./intents.ts";
import type { Labels } from "./labels.ts";
import { clusters } from "./schema.ts";
import { HANDLE, rows, type TenantTransaction } from "./transaction.ts";
import { type IntentId, intentId, intentKind, json, kindOfIntent } from "./values.ts";

/** How many revisions one piece of work covers at most, so that a long absence is caught up in steps. */
const REVISIONS_AT_ONCE = 1000;

/** What is to be brought into the bundles: everything that the log says may have changed. */
export interface RenderWork {
  /** The last revision rendered before this. */
  readonly from: Revision;
  /** The revision this work brings the bundles to. */
  readonly through: Revision;
  /** What must be in the bundles, of what changed: the live claims, each with its intent. */
  readonly placed: readonly { readonly cluster: ClusterId; readonly intent: Intent }[];
  /** The clusters named in `placed` and `existing`. */
  readonly clusters: readonly Cluster[];
  /** What the bundles hold now, of what changed: what is not rendered again becomes a tombstone. */
  readonly existing: readonly BundleEntry[];
}

/** What rendering gave. */
export interface RenderResult {
  /** Only what is new or has another digest than in `existing`. `body` is the JSON text the digest is of. */
  readonly upserts: readonly {
    readonly cluster: ClusterId;
    readonly key: string;
    readonly digest: string;
    readonly body: string;
    readonly intent: IntentId;
    /** After `work.from` and not after `work.through`, which is the default. */
    readonly revision?: Revision | undefined;
  }[];
  readonly tombstones: readonly { readonly cluster: ClusterId; readonly key: string }[];
}

/**
 * Locks the organization's rendering until the transaction ends and says what is to be done; undefined when nothing
 * is. Reads by what changed: the intents of the log's new entries, those that would be the same objects (a held one
 * may have come free), and whole clusters only when the cluster itself changed.
 */
export async function takeRenderWork(tx: TenantTransaction): Promise<RenderWork | undefined> {
  // The lock comes first: the second statement's snapshot is then newer than any other worker's last commit.
  const [, [found]] = await Promise.all([
    rows(tx, sql`select 1 as one from render_cursors for update`),
    rows<WorkRow>(tx, WORK),
  ]);
  if (found === undefined) return undefined;
  const ids = [...new Set([...found.placed, ...found.existing].map((row) => row.cluster_id))];
  const placedIn = await tx[HANDLE].db
    .select()
    .from(clusters)
    .where(sql`${clusters.id} = any(${`{${ids.join(",")}}`}::uuid[])`);
  return {
    from: found.from_revision,
    through: found.through_revision,
    placed: found.placed.map((row) => ({ cluster: idFromUuid("clu", row.cluster_id), intent: intentOfJson(row) })),
    clusters: placedIn.map(clusterOf),
    existing: found.existing.map((row) => ({
      cluster: idFromUuid("clu", row.cluster_id),
      key: row.key,
      digest: row.digest,
      intent: intentId(row.intent_kind, row.intent_id),
      revision: { epoch: row.epoch, n: row.n },
    })),
  };
}

/** Writes the result and moves the cursor on. What changed gets its own revision, or `work.through`. */
export async function finishRenderWork(tx: TenantTransaction, work: RenderWork, result: RenderResult): Promise<void> {
  const { epoch, n } = work.through;
  const organization = tx[HANDLE].organization;
  const bodies = new Map(result.upserts.map(({ digest, body }) => [digest, { digest, body }]));
  const upserts = result.upserts.map((entry) => ({
    cluster_id: uuidFromId(entry.cluster),
    key: entry.key,
    digest: entry.digest,
    intent_id: uuidFromId(entry.intent),
    intent_kind: kindOfIntent(entry.intent),
    ...(entry.revision ?? work.through),
  }));
  const tombstones = result.tombstones.map(({ cluster, key }) => ({ cluster_id: uuidFromId(cluster), key }));
  const statements: Promise<unknown>[] = [];
  // A restored backup: clusters may hold newer revisions of the old epoch, so everything is said anew in the new one.
  if (work.from.epoch !== epoch) statements.push(rows(tx, sql`update bundle_objects set epoch = ${epoch}, n = ${n}`));
  if (upserts.length > 0) {
    statements.push(
      rows(
        tx,
        sql`
        insert into object_bodies (organization_id, digest, body)
        select ${organization}::uuid, digest, body from jsonb_to_recordset(${json([...bodies.values()])}) as b (digest text, body text)
        on conflict do nothing`,
      ),
      rows(
        tx,
        sql`
        insert into bundle_objects (organization_id, cluster_id, key, digest, intent_id, intent_kind, epoch, n)
        select ${organization}::uuid, u.cluster_id, u.key, u.digest, u.intent_id, u.intent_kind, u.epoch, u.n
        from jsonb_to_recordset(${json(upserts)})
          as u (cluster_id uuid, key text, digest text, intent_id uuid, intent_kind text, epoch integer, n bigint)
        on conflict (organization_id, cluster_id, key) do update set digest = excluded.digest,
          intent_id = excluded.intent_id, intent_kind = excluded.intent_kind, epoch = excluded.epoch, n = excluded.n`,
      ),
    );
  }
  if (tombstones.length > 0) {
    statements.push(
      rows(
        tx,
        sql`
      update bundle_objects b set digest = null, epoch = ${epoch}, n = ${n}
      from jsonb_to_recordset(${json(tombstones)}) as t (cluster_id uuid, key text)
      where b.cluster_id = t.cluster_id and b.key = t.key and b.digest is not null`,
      ),
    );
  }
  statements.push(rows(tx, sql`update render_cursors set epoch = ${epoch}, n = ${n}`));
  await Promise.all(statements);
}

interface PlacedRow {
  readonly cluster_id: string;
  readonly id: string;
  readonly project_id: string;
  readonly kind: string;
  readonly api_version: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly placement: { readonly [field: string]: unknown };
  readonly drift_policy: "revert" | "report";
  readonly spec: { readonly [field: string]: unknown };
  readonly epoch: number;
  readonly n: number;
  readonly created_at: string;
  readonly updated_at: string;
}

interface WorkRow {
  readonly from_revision: Revision;
  readonly through_revision: Revision;
  readonly placed: PlacedRow[];
  readonly existing: {
    cluster_id: string;
    key: string;
    digest: string;
    intent_id: string;
    intent_kind: string;
    epoch: number;
    n: number;
  }[];
}

function intentOfJson(row: PlacedRow): Intent {
  return {
    id: intentId(row.kind, row.id),
    kind: intentKind(row.kind),
    apiVersion: row.api_version,
    project: idFromUuid("prj", row.project_id),
    namespace: row.namespace,
    name: row.name,
    labels: row.labels,
    annotations: row.annotations,
    placement: row.placement,
    driftPolicy: row.drift_policy,
    spec: row.spec,
    revision: { epoch: row.epoch, n: row.n },
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

/** One statement, so that all of it is of one moment. Clusters are read after it: a change of theirs is in the log and comes again. */
const WORK = sql`
  with head as (
    select r.epoch, r.n from revision_counters r, render_cursors c where (r.epoch, r.n) > (c.epoch, c.n)
  ), bound as (
    select epoch, n from (
      (select r.epoch, r.n from revisions r, render_cursors c where (r.epoch, r.n) > (c.epoch, c.n)
        order by r.epoch, r.n offset ${REVISIONS_AT_ONCE}::bigint limit 1)
      union all select epoch, n from head
    ) candidates order by epoch, n limit 1
  ), log as (
    select distinct r.subject, r.subject_id, r.kind, r.body ->> 'namespace' as namespace, r.body ->> 'name' as name
    from revisions r, render_cursors c, bound
    where (r.epoch, r.n) > (c.epoch, c.n) and (r.epoch, r.n) <= (bound.epoch, bound.n)
  ), touched as (
    select subject_id as id from log where subject = 'intent'
    union select i.id from log join intents i
      on i.kind = log.kind and i.namespace = log.namespace and i.name = log.name where log.subject = 'intent'
    union select i.id from log join intents i on i.project_id = log.subject_id where log.subject = 'project'
  ), placed as (
    select c.cluster_id, c.intent_id from claims c join touched on touched.id = c.intent_id where not c.held
    union select c.cluster_id, c.intent_id from claims c join log on log.subject_id = c.cluster_id
      where log.subject = 'cluster' and not c.held
  ), existing as (
    select b.cluster_id, b.key, b.digest, b.intent_id, b.intent_kind, b.epoch, b.n
      from bundle_objects b join touched on touched.id = b.intent_id where b.digest is not null
    union select b.cluster_id, b.key, b.digest, b.intent_id, b.intent_kind, b.epoch, b.n
      from bundle_objects b join log on log.subject_id = b.cluster_id
      where log.subject = 'cluster' and b.digest is not null
  )
  select jsonb_build_object('epoch', c.epoch, 'n', c.n) as from_revision,
    jsonb_build_object('epoch', bound.epoch, 'n', bound.n) as through_revision,
    coalesce((select jsonb_agg(to_jsonb(i) || jsonb_build_object('cluster_id', p.cluster_id))
      from placed p join intents i on i.id = p.intent_id), '[]') as placed,
    coalesce((select jsonb_agg(to_jsonb(e)) from existing e), '[]') as existing
  from render_cursors c, bound`;
