import { type ClusterId, idFromUuid, type ProjectId, uuidFromId } from "@fairlead/contract";
import { compareRevisions, formatRevision, type Revision } from "@fairlead/core";
import { and, asc, desc, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import { notFound } from "./change.ts";
import { getOrganization } from "./organizations.ts";
import { revisions } from "./schema.ts";
import { HANDLE, type TenantTransaction } from "./transaction.ts";
import { type IntentId, type IntentKind, intentId, intentKind } from "./values.ts";

/** JSON nobody here looks into. */
type Opaque = { readonly [field: string]: unknown };

/** What a revision is of. */
export type SubjectId = IntentId | ProjectId | ClusterId;

/** One entry of the append-only log. */
export interface RevisionEntry {
  readonly revision: Revision;
  readonly at: Date;
  /** Who did it: a token's id, or `system`. */
  readonly actor: string;
  readonly action: "create" | "update" | "delete";
  readonly subject: "intent" | "project" | "cluster";
  readonly id: SubjectId;
  /** Of an intent. */
  readonly kind: IntentKind | undefined;
  /** Of an intent or project. */
  readonly project: ProjectId | undefined;
  /** The thing after the change; for a deletion, what it was. */
  readonly body: Opaque;
}

/** An entry with the thing before and after it. */
export interface RevisionDetail extends RevisionEntry {
  readonly before: Opaque | undefined;
  readonly after: Opaque | undefined;
}

/** One entry. Throws `not_found`. */
export async function getRevision(tx: TenantTransaction, revision: Revision): Promise<RevisionDetail> {
  const { db } = tx[HANDLE];
  const [row] = await db
    .select()
    .from(revisions)
    .where(and(eq(revisions.epoch, revision.epoch), eq(revisions.n, revision.n)));
  if (row === undefined) throw notFound("revision", formatRevision(revision));
  const [previous] = await db
    .select({ body: revisions.body })
    .from(revisions)
    .where(and(eq(revisions.subjectId, row.subjectId), olderThan(revision)))
    .orderBy(desc(revisions.epoch), desc(revisions.n))
    .limit(1);
  const after = row.action === "delete" ? undefined : row.body;
  return { ...entryOf(row), before: row.action === "create" ? undefined : previous?.body, after };
}

/** The log, newest first, all of it or what is about one thing or one project. `before` is exclusive. */
export async function listRevisions(
  tx: TenantTransaction,
  query: {
    readonly limit: number;
    readonly before?: Revision | undefined;
    readonly id?: SubjectId | undefined;
    readonly project?: ProjectId | undefined;
  },
): Promise<{ readonly items: readonly RevisionEntry[]; readonly next: Revision | undefined }> {
  const conditions: (SQL | undefined)[] = [
    query.before === undefined ? undefined : olderThan(query.before),
    query.id === undefined ? undefined : eq(revisions.subjectId, uuidFromId(query.id)),
    query.project === undefined ? undefined : eq(revisions.projectId, uuidFromId(query.project)),
  ];
  const found = await tx[HANDLE].db
    .select()
    .from(revisions)
    .where(and(...conditions))
    .orderBy(desc(revisions.epoch), desc(revisions.n))
    .limit(query.limit + 1);
  const items = found.slice(0, query.limit).map(entryOf);
  return { items, next: found.length > query.limit ? items.at(-1)?.revision : undefined };
}

/** What a change was, without the thing itself. */
export type RevisionHead = Omit<RevisionEntry, "at" | "actor" | "body">;

/**
 * The changes after a revision, oldest first, up to the present one, which it gives too. `changes` is undefined when
 * they cannot be told: more than `limit`, or a backup was restored since. Without `after` there are none.
 */
export async function changesAfter(
  tx: TenantTransaction,
  query: { readonly after: Revision | undefined; readonly limit: number },
): Promise<{ readonly head: Revision; readonly changes: readonly RevisionHead[] | undefined }> {
  const { after, limit } = query;
  // The counter first: what is committed between the two statements belongs to the next look.
  const { head } = await getOrganization(tx);
  if (after === undefined || compareRevisions(head, after) === 0) return { head, changes: [] };
  if (head.epoch !== after.epoch || head.n < after.n || head.n - after.n > limit) return { head, changes: undefined };
  const found = await tx[HANDLE].db
    .select({
      epoch: revisions.epoch,
      n: revisions.n,
      action: revisions.action,
      subject: revisions.subject,
      subjectId: revisions.subjectId,
      kind: revisions.kind,
      projectId: revisions.projectId,
    })
    .from(revisions)
    .where(and(eq(revisions.epoch, head.epoch), gt(revisions.n, after.n), lte(revisions.n, head.n)))
    .orderBy(asc(revisions.n));
  return { head, changes: found.map(headOf) };
}

function olderThan({ epoch, n }: Revision): SQL {
  return sql`(${revisions.epoch}, ${revisions.n}) < (${epoch}::integer, ${n}::bigint)`;
}

type Row = typeof revisions.$inferSelect;
type HeadRow = Pick<Row, "epoch" | "n" | "action" | "subject" | "subjectId" | "kind" | "projectId">;

function entryOf(row: Row): RevisionEntry {
  return { ...headOf(row), at: row.at, actor: row.actor, body: row.body };
}

function headOf(row: HeadRow): RevisionHead {
  const { epoch, n, action, subject } = row;
  const kind = row.kind === null ? undefined : intentKind(row.kind);
  const project = row.projectId === null ? undefined : idFromUuid("prj", row.projectId);
  return { revision: { epoch, n }, action, subject, id: subjectId(row), kind, project };
}

function subjectId(row: HeadRow): SubjectId {
  if (row.kind !== null) return intentId(row.kind, row.subjectId);
  return row.subject === "project" ? idFromUuid("prj", row.subjectId) : idFromUuid("clu", row.subjectId);
}
