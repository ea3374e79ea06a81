import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postgresBinaries } from "./postgres-binaries.ts";
import { startProgram } from "./program.ts";
import { type Unprivileged, unprivilegedFor } from "./unprivileged.ts";

/** The superuser of an embedded server, and owner of what is in it. */
export const POSTGRES_OWNER = "fairlead_owner";
/** The database made in an embedded server. */
export const POSTGRES_DATABASE = "fairlead";

/** An initialised data folder: the server's own folder, and beside it the owner's password (mode 0600). */
export interface PostgresCluster {
  readonly folder: string;
  readonly password: string;
  readonly unprivileged: Unprivileged;
}

/**
 * The cluster in `dataDir`, made when there is none yet. It is made aside and renamed at the end, so that a start
 * that was interrupted leaves nothing half made.
 */
export async function ensureCluster(dataDir: string, log: (line: string) => void): Promise<PostgresCluster> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unprivileged = unprivilegedFor(dataDir);
  const folder = join(dataDir, "cluster");
  const passwordFile = join(dataDir, "password");
  if (!existsSync(join(folder, "PG_VERSION"))) {
    log(`making a PostgreSQL database in ${dataDir}`);
    const fresh = join(dataDir, "cluster.new");
    rmSync(fresh, { recursive: true, force: true });
    writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
    if (unprivileged.user) chownSync(passwordFile, unprivileged.user.uid, unprivileged.user.gid);
    await initialise(fresh, passwordFile, unprivileged);
    renameSync(fresh, folder);
  }
  chmodSync(dataDir, 0o700);
  return { folder, password: readFileSync(passwordFile, "utf8"), unprivileged };
}

async function initialise(folder: string, passwordFile: string, unprivileged: Unprivileged): Promise<void> {
  const { initdb, postgres } = postgresBinaries();
  // The built-in collation does not change with the host's C library, so no index breaks on another machine.
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
  const auth = ["--auth=scram-sha-256", `--username=${POSTGRES_OWNER}`, `--pwfile=${passwordFile}`];
  await run(unprivileged, initdb, ["-D", folder, ...locale, ...auth]);
  // Without a server there is no client to ask: the single-user mode reads the statement from a file.
  const script = `${folder}/create.sql`;
  writeFileSync(script, `create database ${POSTGRES_DATABASE}\n`, { mode: 0o644 });
  await run(unprivileged, "sh", ["-c", `exec "$0" --single -D "$1" postgres < "$1/create.sql"`, postgres, folder]);
  rmSync(script);
}

async function run(unprivileged: Unprivileged, command: string, args: readonly string[]): Promise<void> {
  const program = startProgram({ ...unprivileged, command, args, env: { LC_ALL: "C", TZ: "UTC" } });
  const end = await program.ended;
  if (end !== "exit code 0") throw new Error(`${command} ended with ${end}:\n${program.lines.slice(-20).join("\n")}`);
}
