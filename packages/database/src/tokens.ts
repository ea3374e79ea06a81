import { idFromUuid, type TokenId, uuidFromId } from "@fairlead/contract";
import { asc, eq, gt, sql } from "drizzle-orm";
import { notFound } from "./change.ts";
import { type Page, type PageRequest, pageOf } from "./pages.ts";
import { apiTokens } from "./schema.ts";
import { HANDLE, type TenantTransaction } from "./transaction.ts";

/** A bearer token of the API. Its secret is nowhere. */
export interface Token {
  readonly id: TokenId;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
}

/** Keeps a token. `hash` is the SHA-256 in hex, as the contract's `generateToken` gives it. */
export async function createToken(
  tx: TenantTransaction,
  input: {
    readonly id: TokenId;
    readonly hash: string;
    readonly name: string;
    readonly expiresAt?: Date | undefined;
  },
): Promise<Token> {
  const [row] = await tx[HANDLE].db
    .insert(apiTokens)
    .values({
      organizationId: tx[HANDLE].organization,
      id: uuidFromId(input.id),
      name: input.name,
      sha256: input.hash,
      expiresAt: input.expiresAt ?? null,
    })
    .returning();
  if (row === undefined) throw new TypeError("an insert gave no row");
  return tokenOf(row);
}

/** One token. Throws `not_found`. */
export async function getToken(tx: TenantTransaction, id: TokenId): Promise<Token> {
  const [row] = await tx[HANDLE].db
    .select()
    .from(apiTokens)
    .where(eq(apiTokens.id, uuidFromId(id)));
  if (row === undefined) throw notFound("token", id);
  return tokenOf(row);
}

/** The organization's tokens, the expired and revoked ones too. */
export async function listTokens(tx: TenantTransaction, page: PageRequest<TokenId>): Promise<Page<Token, TokenId>> {
  const after = page.after === undefined ? undefined : gt(apiTokens.id, uuidFromId(page.after));
  const found = await tx[HANDLE].db
    .select()
    .from(apiTokens)
    .where(after)
    .orderBy(asc(apiTokens.id))
    .limit(page.limit + 1);
  return pageOf(found.map(tokenOf), page.limit);
}

/** Makes a token useless from now on. Revoking twice keeps the first time. Throws `not_found`. */
export async function revokeToken(tx: TenantTransaction, id: TokenId): Promise<Token> {
  const [row] = await tx[HANDLE].db
    .update(apiTokens)
    .set({ revokedAt: sql`coalesce(${apiTokens.revokedAt}, now())` })
    .where(eq(apiTokens.id, uuidFromId(id)))
    .returning();
  if (row === undefined) throw notFound("token", id);
  return tokenOf(row);
}

function tokenOf(row: typeof apiTokens.$inferSelect): Token {
  return {
    id: idFromUuid("tok", row.id),
    name: row.name,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
  };
}
