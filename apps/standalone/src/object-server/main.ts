import { readFileSync } from "node:fs";
import { createLog, envPort, MeshError, readConfig } from "@fairlead/core";
import { z } from "zod";
import { startObjectServer } from "./start-object-server.ts";
import { isTokenEntry, type TokenEntry } from "./tokens.ts";

const log = createLog({ app: "object-server" });

const config = readConfig(
  z.object({
    FAIRLEAD_OBJECT_SERVER_HOST: z.string().default("127.0.0.1"),
    FAIRLEAD_OBJECT_SERVER_PORT: envPort,
    FAIRLEAD_OBJECT_SERVER_DATA_DIR: z.string(),
    /** JSON list of `{token, username, groups?, audiences?}`. */
    FAIRLEAD_OBJECT_SERVER_TOKENS_FILE: z.string(),
  }),
);

const server = await startObjectServer({
  host: config.FAIRLEAD_OBJECT_SERVER_HOST,
  port: config.FAIRLEAD_OBJECT_SERVER_PORT,
  dataDir: config.FAIRLEAD_OBJECT_SERVER_DATA_DIR,
  tokens: readTokens(config.FAIRLEAD_OBJECT_SERVER_TOKENS_FILE),
  log,
});
log.info("object server listening", { url: server.url });

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void server[Symbol.asyncDispose]().then(() => process.exit(0)));
}

function readTokens(path: string): TokenEntry[] {
  const entries: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (Array.isArray(entries) && entries.length > 0 && entries.every(isTokenEntry)) return entries;
  throw new MeshError("invalid_field", { public: `${path} is not a list of {token, username}.` });
}
