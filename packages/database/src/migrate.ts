import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Log, MeshError } from "@fairlead/core";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { translateError } from "./errors.ts";

/** A login and its password. */
export interface Login {
  readonly name: string;
  readonly password: string;
}

export interface MigrateOptions {
  /** Connection of the role that owns the schema. Nothing else uses it. */
  readonly ownerUrl: string;
  /** A login for the runtime, member of `fairlead_app`, made or given this password. Absent: the operator makes one. */
  readonly runtime?: Login | undefined;
  /** Where the files are. Default: the repository's `migrations`. */
  readonly folder?: string | undefined;
  readonly log?: Log | undefined;
}

const FOLDER = fileURLToPath(new URL("../../../migrations", import.meta.url));
/** Any number: all migrators of a database take the same lock. */
const LOCK = 0x6d696772;

/**
 * Brings the schema up to date in one transaction and gives the names of the files it applied. Any number of processes
 * may do so at once. Refuses a file that changed after it was applied, and a database with files we do not have.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const files = await readMigrations(options.folder ?? FOLDER);
  const client = postgres(options.ownerUrl, { max: 1, onnotice: () => {}, fetch_types: false });
  try {
    const applied = await client.begin((tx) => apply(tx, files, options.log));
    if (options.runtime !== undefined) await ensureLogin(client, options.runtime);
    return applied;
  } catch (error) {
    throw translateError(error);
  } finally {
    await client.end();
  }
}

/** An owner's URL with the runtime's login instead. */
export function runtimeUrl(ownerUrl: string, runtime: Login): string {
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(runtime.name);
  url.password = encodeURIComponent(runtime.password);
  return url.href;
}

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

async function apply(tx: TransactionSql, files: readonly Migration[], log: Log | undefined): Promise<string[]> {
  await tx`select pg_advisory_xact_lock(${LOCK}::bigint)`;
  await tx.unsafe(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const known = await tx<{ name: string; checksum: string }[]>`select name, checksum from schema_migrations`;
  const recorded = new Map(known.map(({ name, checksum }) => [name, checksum]));
  for (const name of recorded.keys()) {
    if (!files.some((file) => file.name === name)) throw refused(`it has ${name}, which this version does not know`);
  }
  const applied: string[] = [];
  for (const { name, text, checksum } of files) {
    const before = recorded.get(name);
    if (before === checksum) continue;
    if (before !== undefined) throw refused(`${name} changed after it was applied; add a new file instead`);
    if (recorded.size > 0 && [...recorded.keys()].some((other) => other > name)) {
      throw refused(`${name} is older than what was applied; give it the next number`);
    }
    await tx.unsafe(text);
    await tx`insert into schema_migrations (name, checksum) values (${name}, ${checksum})`;
    log?.info("migration applied", { name });
    applied.push(name);
  }
  return applied;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(`${folder}/${name}`, "utf8");
      return { name, text, checksum: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

async function ensureLogin(client: Sql, { name, password }: Login): Promise<void> {
  await client.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK}::bigint)`;
    const [existing] = await tx`select 1 as one from pg_roles where rolname = ${name}`;
    // Utility statements take no parameters: the server quotes for us.
    const [statement] = await tx<{ text: string }[]>`
      select format(${`${existing === undefined ? "create" : "alter"} role %I login inherit nosuperuser nocreatedb nocreaterole nobypassrls password %L`},
        ${name}::text, ${password}::text) as text`;
    const [grant] = await tx<{ text: string }[]>`select format('grant fairlead_app to %I', ${name}::text) as text`;
    await tx.unsafe(statement?.text ?? "");
    await tx.unsafe(grant?.text ?? "");
  });
}

function refused(reason: string): MeshError {
  return new MeshError("internal", { public: `The database cannot be migrated: ${reason}.` });
}
