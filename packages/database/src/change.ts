import { type AnyId, uuidFromId } from "@fairlead/contract";
import { MeshError, type Revision } from "@fairlead/core";
import { type SQL, sql } from "drizzle-orm";
import { HANDLE, rows, type WriteTransaction } from "./transaction.ts";

/** What a change is of. */
export interface ChangeEntry {
  readonly action: "create" | "update" | "delete";
  readonly subject: "intent" | "project" | "cluster";
  readonly id: AnyId;
  /** The statement that makes the change, returning its row; it may take `epoch` and `n` from `counter`. */
  readonly statement: SQL;
  /** Expressions over the statement's row, which is called `changed`. */
  readonly body: SQL;
  readonly kind?: SQL;
  readonly project?: SQL;
}

/** What a change gives back of its row. */
export interface Changed {
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * Makes one change with all that belongs to it, in one round trip: the next revision from the counter, the change, its
 * entry in the log and its event in the outbox. Undefined when the statement changed no row; the transaction must then
 * be given up, for the revision was taken.
 */
export async function change(tx: WriteTransaction, entry: ChangeEntry): Promise<Changed | undefined> {
  const { organization } = tx[HANDLE];
  const [row] = await rows<{ epoch: number; n: number; created_at: string; updated_at: string }>(
    tx,
    sql`with counter as (
      update revision_counters set n = n + 1 where organization_id = ${organization} returning epoch, n
    ), changed as (${entry.statement}), log as (
      insert into revisions (organization_id, epoch, n, actor, action, subject, subject_id, kind, project_id, body)
      select ${organization}::uuid, counter.epoch, counter.n, ${tx.actor}, ${entry.action}, ${entry.subject},
        ${uuidFromId(entry.id)}::uuid, ${entry.kind ?? sql`null`}::text, ${entry.project ?? sql`null`}::uuid, ${entry.body}
      from counter, changed
    ), event as (
      insert into outbox (organization_id, epoch, n)
      select ${organization}::uuid, counter.epoch, counter.n from counter, changed
    )
    select counter.epoch, counter.n, changed.created_at, changed.updated_at from counter, changed`,
  );
  if (row === undefined) return undefined;
  return {
    revision: { epoch: row.epoch, n: row.n },
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

/** The error for something that is not there, or not for this caller: the same text for both. */
export function notFound(what: string, id: string): MeshError {
  return new MeshError("not_found", { public: `There is no ${what} ${id}.` });
}

/** The error for a write that was based on another revision than the present one. */
function revisionMismatch(what: string, id: string, expected: Revision, present: Revision): MeshError {
  return new MeshError("revision_mismatch", {
    public:
      `The ${what} ${id} is at revision ${present.epoch}.${present.n}, not ${expected.epoch}.${expected.n}: ` +
      "somebody changed it. Read it again and repeat your change.",
  });
}

/** Throws `revision_mismatch` unless the two are the same. */
export function expectRevision(what: string, id: string, expected: Revision, present: Revision): void {
  if (expected.epoch !== present.epoch || expected.n !== present.n) {
    throw revisionMismatch(what, id, expected, present);
  }
}
