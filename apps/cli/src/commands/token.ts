import { listAll } from "@fairlead/client";
import { idKind, type Token } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { print } from "../output/print.ts";
import { parseDuration } from "../output/time.ts";
import type { Session } from "../session.ts";
import { tokenTable } from "./get.ts";

/** `token create`: the secret is printed here and nowhere again. */
export async function createToken(session: Session, name: string, ttl: string | undefined): Promise<ExitCode> {
  const ttlSeconds = ttl === undefined ? undefined : readTtl(ttl);
  const created = await session.client.tokens.create({
    body: { name, ...(ttlSeconds !== undefined && { ttlSeconds }) },
  });
  print(session.io, session.output, created, ({ token, expiresAt }) => {
    session.io.err(`Token ${name} is good until ${expiresAt ?? "it is revoked"}. It is shown this once:`);
    return token;
  });
  return EXIT.ok;
}

/** `token list`. */
export async function listTokens(session: Session): Promise<ExitCode> {
  const tokens = await allTokens(session);
  print(session.io, session.output, { items: tokens }, ({ items }) => tokenTable(items, session.io.clock.now()));
  return EXIT.ok;
}

/** `token revoke`, by id, or by name when only one usable token has it. */
export async function revokeToken(session: Session, wanted: string): Promise<ExitCode> {
  const matching = (await allTokens(session)).filter(
    (token) => token.revokedAt === null && (idKind(wanted) === "tok" ? token.id : token.name) === wanted,
  );
  const [only, ...others] = matching;
  if (only === undefined)
    throw new MeshError("not_found", { public: `There is no token "${wanted}" that could be revoked.` });
  if (others.length > 0) {
    const ids = matching.map((token) => token.id).join(", ");
    throw new MeshError("invalid_request", { public: `Several tokens are named "${wanted}": ${ids}. Revoke by id.` });
  }
  await session.client.tokens.delete({ params: { token: only.id } });
  session.io.out(`token/${only.name} revoked`);
  return EXIT.ok;
}

/** Reads a time to live into whole seconds. */
export function readTtl(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1_000) {
    throw new MeshError("invalid_field", {
      public: `--ttl: must be a duration such as 15m, 12h or 90d (got "${text}")`,
    });
  }
  return Math.floor(ms / 1_000);
}

async function allTokens({ client }: Session): Promise<Token[]> {
  const all: Token[] = [];
  for await (const one of listAll((cursor) => client.tokens.list({ query: { cursor } }))) all.push(one);
  return all;
}
