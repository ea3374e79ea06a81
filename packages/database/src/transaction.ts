import { type OrganizationId, uuidFromId } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { type SQL, sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql, TransactionSql } from "postgres";
import { translateError } from "./errors.ts";

/** Hides the connection from everyone outside this package: the symbol is not exported from its root. */
export const HANDLE = Symbol("handle");

/** What repositories work with. */
interface Handle {
  /** The query builder, bound to the transaction. */
  readonly db: PostgresJsDatabase;
  /** The organization as it is stored. */
  readonly organization: string;
}

/** A transaction that sees one organization. What the package's functions take; it has no door of its own. */
export interface TenantTransaction {
  readonly organization: OrganizationId;
  readonly [HANDLE]: Handle;
}

/** A transaction of `Database.write`: what changes what users own takes this. */
export interface WriteTransaction extends TenantTransaction {
  /** Who is written into the revision log: a token's id, or `system`. */
  readonly actor: string;
}

export interface TransactionOptions {
  /** Whether the commit waits for the disk. False for reports that come again anyway. Default true. */
  readonly durable?: boolean;
  /** Everything is read as of one moment, and nothing can be written. Default false: each statement sees the latest. */
  readonly snapshot?: boolean;
}

/**
 * The one place where a transaction gets its organization. Our statements look up few rows by index; the planner is
 * told so, because a plan it made and kept while a table was small would read all of it once it is large.
 */
export async function runTenant<T>(
  client: Sql,
  organization: OrganizationId,
  options: TransactionOptions,
  work: (tx: TenantTransaction) => Promise<T>,
): Promise<T> {
  const uuid = uuidFromId(organization);
  try {
    // The box keeps T apart from the driver's unwrapping of arrays of promises.
    const mode = options.snapshot === true ? "isolation level repeatable read read only" : "";
    const { value } = await client.begin(mode, async (raw) => {
      const settings = raw`
        select set_config('fairlead.organization', ${uuid}, true), set_config('enable_seqscan', 'off', true),
          set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
          set_config('synchronous_commit', ${options.durable === false ? "off" : "on"}, true)`;
      const tx = { organization, [HANDLE]: { db: queryBuilder(client, raw), organization: uuid } };
      // The setting is on the wire before the first query of `work`, and nobody waits for its answer.
      const [, value] = await Promise.all([settings.execute(), work(tx)]);
      return { value };
    });
    return value;
  } catch (error) {
    throw translateError(error);
  }
}

/**
 * A transaction that may change what users own: it takes the organization's counter first and keeps it, so no other
 * change of the organization runs beside it.
 */
export function runWrite<T>(
  client: Sql,
  organization: OrganizationId,
  actor: string,
  work: (tx: WriteTransaction) => Promise<T>,
): Promise<T> {
  return runTenant(client, organization, {}, async (tx) => {
    const counter = await rows(tx, sql`select 1 as one from revision_counters for update`);
    if (counter.length === 0) {
      throw new MeshError("not_found", { public: `There is no organization ${organization}.` });
    }
    return work({ ...tx, actor });
  });
}

/** Runs a statement written by hand. Columns come as the driver gives them: times as text, bigints as numbers. */
export async function rows<T extends object>(tx: TenantTransaction, statement: SQL): Promise<readonly T[]> {
  // SAFETY: the caller's row type says what its statement selects; nothing can check that but the tests.
  return (await tx[HANDLE].db.execute(statement)) as unknown as readonly T[];
}

/**
 * A query builder on a transaction. Statements are prepared (drizzle leaves that off), which saves the driver a round
 * trip to learn the types of parameters; our statements are few and fixed, so nothing piles up.
 */
function queryBuilder(client: Sql, raw: TransactionSql): PostgresJsDatabase {
  const plain = raw.unsafe;
  // Without `simple: false`, which the driver's types do not know, statements without parameters go unprepared.
  const prepared = { prepare: true, simple: false };
  const unsafe: typeof raw.unsafe = (query, parameters, options) =>
    plain(query, parameters, { ...options, ...prepared });
  // SAFETY: drizzle asks for the whole client but uses `unsafe` and `options` alone on this path.
  return drizzle(Object.assign(raw, { unsafe, options: client.options }) as unknown as Sql);
}
