import { type ClusterId, idFromUuid, type ProjectId, uuidFromId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { type SQL, sql } from "drizzle-orm";
import { type Intent, intentOf } from "./intents.ts";
import { intents } from "./schema.ts";
import { HANDLE, rows, type TenantTransaction } from "./transaction.ts";
import { type IntentId, type IntentKind, intentId, json, uuidArray } from "./values.ts";

/** What tells objects of one cluster apart; intents of several projects may share it. */
export interface ObjectName {
  readonly kind: IntentKind;
  readonly namespace: string;
  readonly name: string;
}

/** A claim in several clusters: live (it owns the object there) or held. */
export interface ClaimGroup {
  readonly intent: IntentId;
  readonly held: boolean;
  /** When it first asked. */
  readonly since: Revision;
  readonly clusters: readonly ClusterId[];
}

/** A fact with the clusters that tell it in these very words. */
export interface SharedFact {
  readonly key: string;
  /** JSON text. */
  readonly body: string;
  readonly clusters: readonly ClusterId[];
}

/** The organization's present revision. */
export async function headRevision(tx: TenantTransaction): Promise<Revision> {
  const [row] = await rows<{ epoch: number; n: number }>(tx, sql`select epoch, n from revision_counters`);
  return row === undefined ? { epoch: 0, n: 0 } : { epoch: row.epoch, n: row.n };
}

/** The intents of any project that would be one of these objects. */
export function intentsNamed(tx: TenantTransaction, names: readonly ObjectName[]): Promise<readonly Intent[]> {
  if (names.length === 0) return Promise.resolve([]);
  return select(
    tx,
    sql`select i.id from jsonb_to_recordset(${json(names)}) as n (kind text, namespace text, name text)
      join intents i on i.kind = n.kind and i.namespace = n.namespace and i.name = n.name`,
  );
}

/** The intents that say of themselves that they are in one of these places; without a host: any of the parent. */
export function intentsAt(
  tx: TenantTransaction,
  places: readonly { readonly parent: string; readonly host?: string | undefined }[],
): Promise<readonly Intent[]> {
  if (places.length === 0) return Promise.resolve([]);
  return select(
    tx,
    sql`select p.intent_id from jsonb_to_recordset(${json(places)}) as w (parent text, host text)
      join intent_places p on p.parent = w.parent and p.host = w.host
    union select p.intent_id from jsonb_to_recordset(${json(places)}) as w (parent text, host text)
      join intent_places p on p.parent = w.parent where w.host is null`,
  );
}

/** The intents that own an object in one of these clusters. */
export function intentsIn(tx: TenantTransaction, clusters: readonly ClusterId[]): Promise<readonly Intent[]> {
  return select(
    tx,
    sql`select c.intent_id from claims c where c.cluster_id = any(${uuidArray(clusters)}) and not c.held`,
  );
}

/**
 * The intents that may want a port of the nodes in these clusters: Gateways, and Ingresses, all or those with one of
 * these annotations.
 */
export function intentsForPorts(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
  ingresses: { readonly annotated: readonly string[] } | "all",
): Promise<readonly Intent[]> {
  const which =
    ingresses === "all"
      ? sql`true`
      : sql`exists (select from jsonb_array_elements_text(${json(ingresses.annotated)}) as a (name)
          where jsonb_exists(i.annotations, a.name))`;
  return select(
    tx,
    sql`select i.id from intents i where (i.kind = 'Gateway' or i.kind = 'Ingress' and ${which})
      and exists (select from claims c where c.intent_id = i.id and not c.held and c.cluster_id = any(${uuidArray(clusters)}))`,
  );
}

/** The claims of these intents, in all clusters or these. */
export async function claimGroups(
  tx: TenantTransaction,
  ids: readonly IntentId[],
  clusters?: readonly ClusterId[],
): Promise<readonly ClaimGroup[]> {
  const where = clusters === undefined ? sql`` : sql`and cluster_id = any(${uuidArray(clusters)})`;
  const found = await rows<{
    intent_id: string;
    kind: string;
    held: boolean;
    since_epoch: number;
    since_n: number;
    clusters: string[];
  }>(
    tx,
    sql`select intent_id, kind, held, since_epoch, since_n, jsonb_agg(cluster_id) as clusters from claims
      where intent_id = any(${uuidArray(ids)}) ${where} group by intent_id, kind, held, since_epoch, since_n`,
  );
  const cluster = clusterIds();
  return found.map((row) => ({
    intent: intentId(row.kind, row.intent_id),
    held: row.held,
    since: { epoch: row.since_epoch, n: row.since_n },
    clusters: row.clusters.map(cluster),
  }));
}

/** Names of projects; those that are not there are left out. */
export async function projectNames(
  tx: TenantTransaction,
  ids: readonly ProjectId[],
): Promise<ReadonlyMap<ProjectId, string>> {
  const found = await rows<{ id: string; name: string }>(
    tx,
    sql`select id, name from projects where id = any(${uuidArray(ids)})`,
  );
  return new Map(found.map(({ id, name }) => [idFromUuid("prj", id), name]));
}

/** Which of these clusters have told facts. */
export async function reportingClusters(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<ReadonlySet<ClusterId>> {
  const found = await rows<{ cluster_id: string }>(
    tx,
    sql`select cluster_id from cluster_fact_heads where cluster_id = any(${uuidArray(clusters)})`,
  );
  return new Set(found.map((row) => idFromUuid("clu", row.cluster_id)));
}

/** The Gateways, routes and Ingresses of these clusters that are not from Fairlead. */
export function foreignFacts(tx: TenantTransaction, clusters: readonly ClusterId[]): Promise<readonly SharedFact[]> {
  return facts(
    tx,
    sql`select f.cluster_id, f.key, f.body from cluster_facts f
    where f.cluster_id = any(${uuidArray(clusters)}) and f.is_foreign`,
  );
}

/** The facts of these clusters with one of these keys, and their classes and ReferenceGrants; foreign ones left out. */
export function factsNamed(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
  keys: readonly string[],
): Promise<readonly SharedFact[]> {
  const of = uuidArray(clusters);
  return facts(
    tx,
    sql`select f.cluster_id, f.key, f.body from cluster_facts f where f.cluster_id = any(${of})
        and f.key = any(array(select jsonb_array_elements_text(${json(keys)}))) and f.body is not null and not f.is_foreign
      union all select f.cluster_id, f.key, f.body from cluster_facts f
        where f.cluster_id = any(${of}) and f.is_common`,
  );
}

/** All facts of these clusters but their nodes, their endpoints and what {@link foreignFacts} gives. */
export function factsOf(tx: TenantTransaction, clusters: readonly ClusterId[]): Promise<readonly SharedFact[]> {
  return facts(
    tx,
    sql`select f.cluster_id, f.key, f.body from cluster_facts f where f.cluster_id = any(${uuidArray(clusters)})
      and f.body is not null and not f.is_foreign and f.key not like 'discovery.k8s.io/%' and f.key not like '/Node/%'`,
  );
}

/** What a plan that was made at some revision depends on. */
export interface PlanDependencies {
  readonly project: ProjectId;
  /** The objects of its changes. */
  readonly objects: readonly ObjectName[];
}

/** A revision after which a plan may no longer be what it was. */
export interface Movement {
  readonly revision: Revision;
  readonly actor: string;
  readonly action: string;
  readonly subject: "intent" | "project" | "cluster";
  /** Kind of an intent. */
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
  /** The labels of a cluster after the change, and before it where it was there. */
  readonly labels: readonly Readonly<Record<string, string>>[];
}

/**
 * What has changed since a revision that a plan may depend on, oldest first: its project, the intents of its objects in
 * any project, the projects those are of, and every cluster (which of them it lands on is the caller's to say).
 */
export async function movementsSince(
  tx: TenantTransaction,
  base: Revision,
  { project, objects }: PlanDependencies,
): Promise<readonly Movement[]> {
  const found = await rows<{
    epoch: number;
    n: number;
    actor: string;
    action: string;
    subject: Movement["subject"];
    kind: string | null;
    body: { namespace?: string; name?: string; labels?: Record<string, string> };
    previous: { labels?: Record<string, string> } | null;
  }>(
    tx,
    sql`
    with wanted as (select * from jsonb_to_recordset(${json(objects)}) as w (kind text, namespace text, name text)),
      projects_of as (
        select ${uuidFromId(project)}::uuid as id
        union select i.project_id from wanted w
          join intents i on i.kind = w.kind and i.namespace = w.namespace and i.name = w.name
      )
    select r.epoch, r.n, r.actor, r.action, r.subject, r.kind, r.body, (
        select p.body from revisions p where r.subject = 'cluster' and p.subject_id = r.subject_id
          and (p.epoch, p.n) < (r.epoch, r.n) order by p.epoch desc, p.n desc limit 1
      ) as previous
    from revisions r where (r.epoch, r.n) > (${base.epoch}::integer, ${base.n}::bigint) and (
      r.subject = 'cluster'
      or r.subject = 'project' and r.subject_id in (select id from projects_of)
      or r.subject = 'intent' and exists (select from wanted w
        where w.kind = r.kind and w.namespace = r.body ->> 'namespace' and w.name = r.body ->> 'name')
    ) order by r.epoch, r.n`,
  );
  return found.map(({ epoch, n, actor, action, subject, kind, body, previous }) => ({
    revision: { epoch, n },
    actor,
    action,
    subject,
    kind: kind ?? undefined,
    namespace: body.namespace,
    name: body.name ?? "",
    labels: [body.labels, previous?.labels].filter((one) => one !== undefined),
  }));
}

async function select(tx: TenantTransaction, ids: SQL): Promise<readonly Intent[]> {
  const found = await tx[HANDLE].db.select().from(intents).where(sql`${intents.id} = any(array(${ids}))`);
  return found.map(intentOf);
}

// What many clusters say alike is told once.
async function facts(tx: TenantTransaction, selected: SQL): Promise<readonly SharedFact[]> {
  const found = await rows<{ key: string; body: string; clusters: string[] }>(
    tx,
    sql`select f.key, f.body, jsonb_agg(f.cluster_id) as clusters from (${selected}) f group by f.key, f.body`,
  );
  const cluster = clusterIds();
  return found.map(({ key, body, clusters }) => ({ key, body, clusters: clusters.map(cluster) }));
}

/** Reads ids of clusters, each once however often it comes. */
function clusterIds(): (uuid: string) => ClusterId {
  const known = new Map<string, ClusterId>();
  return (uuid) => {
    const id = known.get(uuid) ?? idFromUuid("clu", uuid);
    known.set(uuid, id);
    return id;
  };
}
