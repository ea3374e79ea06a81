import { type ClusterId, INTENT_ID_PREFIX, idFromUuid, newId, type ProjectId, uuidFromId } from "@fairlead/contract";
import { MeshError, type Revision } from "@fairlead/core";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { type Changed, change, expectRevision, notFound } from "./change.ts";
import { claimForIntent, promoteHeld } from "./claims.ts";
import { brokenConstraint } from "./errors.ts";
import type { Labels } from "./labels.ts";
import { type Page, type PageRequest, pageOf } from "./pages.ts";
import { intents } from "./schema.ts";
import { HANDLE, type TenantTransaction, type WriteTransaction } from "./transaction.ts";
import { type IntentId, type IntentKind, intentId, intentKind, json, uuidArray } from "./values.ts";

/** JSON nobody here looks into. */
type Opaque = { readonly [field: string]: unknown };

/** What a user wants, as it is now. */
export interface Intent {
  readonly id: IntentId;
  readonly kind: IntentKind;
  readonly apiVersion: string;
  readonly project: ProjectId;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly placement: Opaque;
  /** What a connector does when others change its objects. */
  readonly driftPolicy: "revert" | "report";
  readonly spec: Opaque;
  /** The revision of its last change. */
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What can be changed of an intent. */
export interface IntentInput {
  readonly apiVersion: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly placement: Opaque;
  /** Default `revert`. */
  readonly driftPolicy?: "revert" | "report";
  readonly spec: Opaque;
  /** Where placement puts it now: computed by the caller in the same transaction. */
  readonly clusters: readonly ClusterId[];
}

/** A new intent. */
export interface NewIntent extends IntentInput {
  readonly kind: IntentKind;
  readonly project: ProjectId;
  readonly namespace: string;
  readonly name: string;
}

/** Which intent. One that is absent, of another project or of another kind looks the same: `not_found`. */
export interface IntentRef {
  readonly project: ProjectId;
  readonly kind: IntentKind;
  readonly id: IntentId;
}

/**
 * Makes an intent. Throws `already_exists` (same kind, namespace and name in the project), `claim_conflict` (another
 * intent owns that object of a cluster; which one is in `fields`) or `not_found` (the project).
 */
export async function createIntent(tx: WriteTransaction, input: NewIntent): Promise<Intent> {
  const id = newId(INTENT_ID_PREFIX[input.kind]);
  const { driftPolicy = "revert" } = input;
  const statement = sql`
    insert into intents (organization_id, id, project_id, kind, api_version, namespace, name, labels, annotations,
      placement, drift_policy, spec, epoch, n)
    select ${tx[HANDLE].organization}::uuid, ${uuidFromId(id)}::uuid, ${uuidFromId(input.project)}::uuid, ${input.kind}::text,
      ${input.apiVersion}::text, ${input.namespace}::text, ${input.name}::text, ${json(input.labels)},
      ${json(input.annotations)}, ${json(input.placement)}, ${driftPolicy}::text, ${json(input.spec)}, epoch, n from counter returning *`;
  try {
    // Both go out at once; the second needs no answer of the first.
    const [changed] = await Promise.all([log(tx, "create", id, statement), claimForIntent(tx, id, input.clusters)]);
    if (changed === undefined) throw new TypeError("an insert gave no row");
    const { clusters: _, ...intent } = input;
    return { id, ...intent, driftPolicy, ...changed };
  } catch (error) {
    throw translate(error, input);
  }
}

/** Replaces what can be changed of an intent. Throws `not_found`, `revision_mismatch` or `claim_conflict`. */
export async function updateIntent(
  tx: WriteTransaction,
  ref: IntentRef,
  input: IntentInput & { readonly expected: Revision },
): Promise<Intent> {
  const { apiVersion, labels, annotations, placement, driftPolicy = "revert", spec } = input;
  const before = await getIntent(tx, ref);
  expectRevision("intent", ref.id, input.expected, before.revision);
  const statement = sql`
    update intents set api_version = ${apiVersion}, labels = ${json(labels)}, annotations = ${json(annotations)},
      placement = ${json(placement)}, drift_policy = ${driftPolicy}, spec = ${json(spec)}, epoch = counter.epoch, n = counter.n, updated_at = now()
    from counter where id = ${uuidFromId(ref.id)}::uuid returning intents.*`;
  const [changed] = await Promise.all([
    log(tx, "update", ref.id, statement),
    claimForIntent(tx, ref.id, input.clusters),
  ]);
  if (changed === undefined) throw notFound("intent", ref.id);
  return { ...before, apiVersion, labels, annotations, placement, driftPolicy, spec, ...changed };
}

/** Removes an intent and its claims; gives the revision from which it is gone. Throws `not_found` or `revision_mismatch`. */
export async function deleteIntent(
  tx: WriteTransaction,
  ref: IntentRef,
  input: { readonly expected: Revision },
): Promise<Revision> {
  const before = await getIntent(tx, ref);
  expectRevision("intent", ref.id, input.expected, before.revision);
  const statement = sql`delete from intents where id = ${uuidFromId(ref.id)}::uuid returning *`;
  const [changed] = await Promise.all([log(tx, "delete", ref.id, statement), promoteHeld(tx)]);
  if (changed === undefined) throw notFound("intent", ref.id);
  return changed.revision;
}

/** One intent. Throws `not_found`. */
export async function getIntent(tx: TenantTransaction, ref: IntentRef): Promise<Intent> {
  const [row] = await tx[HANDLE].db
    .select()
    .from(intents)
    .where(
      and(
        eq(intents.id, uuidFromId(ref.id)),
        eq(intents.projectId, uuidFromId(ref.project)),
        eq(intents.kind, ref.kind),
      ),
    );
  if (row === undefined) throw notFound("intent", ref.id);
  return intentOf(row);
}

/** A project's intents of one kind, all or those with this namespace or name. */
export async function listIntents(
  tx: TenantTransaction,
  query: PageRequest<IntentId> & {
    readonly project: ProjectId;
    readonly kind: IntentKind;
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
  },
): Promise<Page<Intent, IntentId>> {
  const found = await tx[HANDLE].db
    .select()
    .from(intents)
    .where(
      and(
        eq(intents.projectId, uuidFromId(query.project)),
        eq(intents.kind, query.kind),
        query.namespace === undefined ? undefined : eq(intents.namespace, query.namespace),
        query.name === undefined ? undefined : eq(intents.name, query.name),
        query.after === undefined ? undefined : gt(intents.id, uuidFromId(query.after)),
      ),
    )
    .orderBy(asc(intents.id))
    .limit(query.limit + 1);
  return pageOf(found.map(intentOf), query.limit);
}

/** Every intent of the organization (to place a new or relabelled cluster), or those with these ids, of any project. */
export async function allIntents(tx: TenantTransaction, ids?: readonly IntentId[]): Promise<readonly Intent[]> {
  const found = await tx[HANDLE].db
    .select()
    .from(intents)
    .where(ids === undefined ? undefined : sql`${intents.id} = any(${uuidArray(ids)})`)
    .orderBy(asc(intents.id));
  return found.map(intentOf);
}

/** The projects of these intents; one that does not exist is left out. */
export async function projectsOf(
  tx: TenantTransaction,
  ids: readonly IntentId[],
): Promise<ReadonlyMap<string, ProjectId>> {
  if (ids.length === 0) return new Map();
  const found = await tx[HANDLE].db
    .select({ id: intents.id, kind: intents.kind, project: intents.projectId })
    .from(intents)
    .where(sql`${intents.id} = any(${uuidArray(ids)})`);
  return new Map(found.map(({ id, kind, project }) => [intentId(kind, id), idFromUuid("prj", project)]));
}

/** A row as callers see it. */
export function intentOf(row: typeof intents.$inferSelect): Intent {
  return {
    id: intentId(row.kind, row.id),
    kind: intentKind(row.kind),
    apiVersion: row.apiVersion,
    project: idFromUuid("prj", row.projectId),
    namespace: row.namespace,
    name: row.name,
    labels: row.labels,
    annotations: row.annotations,
    placement: row.placement,
    driftPolicy: row.driftPolicy,
    spec: row.spec,
    revision: { epoch: row.epoch, n: row.n },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function log(
  tx: WriteTransaction,
  action: "create" | "update" | "delete",
  id: IntentId,
  statement: ReturnType<typeof sql>,
): Promise<Changed | undefined> {
  return change(tx, {
    action,
    subject: "intent",
    id,
    statement,
    kind: sql`changed.kind`,
    project: sql`changed.project_id`,
    body: sql`jsonb_build_object('apiVersion', changed.api_version, 'kind', changed.kind, 'namespace', changed.namespace,
      'name', changed.name, 'labels', changed.labels, 'annotations', changed.annotations, 'placement', changed.placement,
      'driftPolicy', changed.drift_policy, 'spec', changed.spec)`,
  });
}

function translate(error: unknown, input: NewIntent): unknown {
  const constraint = brokenConstraint(error);
  if (constraint === "intents_organization_id_project_id_fkey") return notFound("project", input.project);
  if (constraint !== "intents_organization_id_project_id_kind_namespace_name_key") return error;
  return new MeshError("already_exists", {
    public: `There is a ${input.kind} ${input.namespace}/${input.name} in this project already. Change that one instead.`,
    fields: [{ field: "name", value: JSON.stringify(input.name), message: "must be unique in kind and namespace" }],
  });
}
