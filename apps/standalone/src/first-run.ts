import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@fairlead/client";
import { generateToken, parseToken } from "@fairlead/contract/token-secret";
import { type Log, MeshError, Secret } from "@fairlead/core";
import { migrate, openDatabase, runtimeUrl } from "@fairlead/database";

/** Name of the cluster that standalone mode stands in for. */
const LOCAL_CLUSTER = "local";

/** Name of the one organization of standalone mode. */
const LOCAL_ORGANIZATION = "local";

/** What the cloud process is started with. */
export interface PreparedCloud {
  /** Connection of the runtime login, which owns nothing. */
  readonly databaseUrl: string;
  readonly token: Secret<string>;
}

/** Brings the schema up to date and makes the local organization with its API token, unless they are there. */
export async function prepareCloud(ownerUrl: string, directory: string, log: Log): Promise<PreparedCloud> {
  const passwordFile = join(directory, "database-password");
  if (!existsSync(passwordFile)) writePrivate(passwordFile, randomBytes(24).toString("base64url"));
  const runtime = { name: "fairlead_local", password: readFileSync(passwordFile, "utf8") };
  await migrate({ ownerUrl, runtime, log });
  const databaseUrl = runtimeUrl(ownerUrl, runtime);

  const tokenFile = join(directory, "token");
  if (!existsSync(tokenFile)) writePrivate(tokenFile, generateToken("tok").token.reveal());
  const token = new Secret(readFileSync(tokenFile, "utf8").trim());
  const parsed = parseToken("tok", token.reveal());
  if (parsed === undefined) {
    throw new MeshError("cache_corrupt", {
      public: `${tokenFile} does not hold an API token. Delete it to make a new one.`,
    });
  }
  await using database = await openDatabase({ url: databaseUrl, max: 2 });
  await database.system.bootstrap({ organization: LOCAL_ORGANIZATION, token: parsed });
  return { databaseUrl, token };
}

// Written beside and renamed, so that a kill in between never leaves half a secret.
function writePrivate(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Makes the cluster and a join token unless the connector has joined before. Gives the file the token is in. */
export async function ensureCluster(client: Client, directory: string): Promise<string> {
  const file = join(directory, "join-token");
  const { items } = await client.clusters.list({ query: { name: LOCAL_CLUSTER } });
  const [found] = items;
  const cluster =
    found ?? (await client.clusters.create({ body: { name: LOCAL_CLUSTER, labels: { environment: "local" } } }));
  if (cluster.connection.lastSeenAt === null) {
    const created = await client.joinTokens.create({ params: { cluster: cluster.id }, body: { ttlSeconds: 3600 } });
    writePrivate(file, created.token);
  }
  return file;
}
