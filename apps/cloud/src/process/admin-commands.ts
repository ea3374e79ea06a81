import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generateToken, parseToken } from "@fairlead/contract/token-secret";
import { type Log, MeshError, readConfig, Secret } from "@fairlead/core";
import { migrate, openDatabase } from "@fairlead/database";
import { z } from "zod";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `migrate`: brings the schema up to date as the owner (`DATABASE_OWNER_URL`), and makes the runtime login that
 * `DATABASE_URL` names when it carries a password. Gives the names of the files it applied.
 */
export async function migrateCommand(env: Environment, log: Log): Promise<{ readonly applied: readonly string[] }> {
  const schema = z.object({ DATABASE_OWNER_URL: z.string(), DATABASE_URL: z.string().optional() });
  const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: url } = readConfig(schema, env);
  const login = url === undefined ? undefined : new URL(url);
  const runtime =
    login === undefined || login.password === ""
      ? undefined
      : { name: decodeURIComponent(login.username), password: decodeURIComponent(login.password) };
  return { applied: await migrate({ ownerUrl, runtime, log }) };
}

/** What `bootstrap` made or found. */
export interface Bootstrapped {
  readonly organization: string;
  readonly project: string;
  readonly created: boolean;
  /** The API token; absent when it went to a file. */
  readonly token?: string;
  readonly tokenFile?: string;
}

/**
 * `bootstrap`: an organization with a project `default` that is granted everything, and an API token. With a token
 * file it may be repeated: the file is written first, so that a token that is in use is never lost, and one that is
 * there already is used. Without a file the token is in the answer, this once.
 */
export async function bootstrapCommand(
  env: Environment,
  options: { readonly organization: string; readonly tokenFile: string | undefined },
): Promise<Bootstrapped> {
  const { DATABASE_URL: url } = readConfig(z.object({ DATABASE_URL: z.string() }), env);
  const { token, id, hash } = tokenFor(options.tokenFile);
  await using database = await openDatabase({ url, max: 2, name: "fairlead-cloud bootstrap" });
  const made = await database.system.bootstrap({ organization: options.organization, token: { id, hash } });
  const { tokenFile } = options;
  return { ...made, ...(tokenFile === undefined ? { token: token.reveal() } : { tokenFile }) };
}

/**
 * `restored`: to be run once after a backup was restored, before the cloud starts. Raises every organization's epoch:
 * clusters that hold newer revisions than the backup then compare everything instead of keeping what was lost.
 */
export async function restoredCommand(env: Environment): Promise<{ readonly organizations: number }> {
  const { DATABASE_URL: url } = readConfig(z.object({ DATABASE_URL: z.string() }), env);
  await using database = await openDatabase({ url, max: 2, name: "fairlead-cloud restored" });
  return { organizations: await database.system.bumpEpoch() };
}

function tokenFor(file: string | undefined) {
  if (file === undefined) return generateToken("tok");
  if (!existsSync(file)) {
    const fresh = generateToken("tok");
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Written beside and renamed, so that a kill in between never leaves half a secret.
    writeFileSync(`${file}.new`, `${fresh.token.reveal()}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return fresh;
  }
  const text = readFileSync(file, "utf8").trim();
  const parsed = parseToken("tok", text);
  if (parsed !== undefined) return { token: new Secret(text), ...parsed };
  throw new MeshError("invalid_field", { public: `${file} does not hold an API token. Move it away for a new one.` });
}
