import { type ClusterId, idFromUuid, type JoinTokenId, uuidFromId } from "@fairlead/contract";
import { and, asc, eq, gt } from "drizzle-orm";
import { notFound } from "./change.ts";
import { brokenConstraint } from "./errors.ts";
import { type Page, type PageRequest, pageOf } from "./pages.ts";
import { joinTokens } from "./schema.ts";
import { HANDLE, type TenantTransaction } from "./transaction.ts";

/** A one-time token a cluster joins with. */
export interface JoinToken {
  readonly id: JoinTokenId;
  readonly cluster: ClusterId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | undefined;
}

/** Keeps a join token. Throws `not_found` without such a cluster. */
export async function createJoinToken(
  tx: TenantTransaction,
  input: {
    readonly id: JoinTokenId;
    /** SHA-256 in hex. */
    readonly hash: string;
    readonly cluster: ClusterId;
    readonly expiresAt: Date;
  },
): Promise<JoinToken> {
  try {
    const [row] = await tx[HANDLE].db
      .insert(joinTokens)
      .values({
        organizationId: tx[HANDLE].organization,
        id: uuidFromId(input.id),
        clusterId: uuidFromId(input.cluster),
        sha256: input.hash,
        expiresAt: input.expiresAt,
      })
      .returning();
    if (row === undefined) throw new TypeError("an insert gave no row");
    return joinTokenOf(row);
  } catch (error) {
    if (brokenConstraint(error)?.endsWith("_fkey")) throw notFound("cluster", input.cluster);
    throw error;
  }
}

/** The join tokens of a cluster, used and expired ones too. */
export async function listJoinTokens(
  tx: TenantTransaction,
  cluster: ClusterId,
  page: PageRequest<JoinTokenId>,
): Promise<Page<JoinToken, JoinTokenId>> {
  const after = page.after === undefined ? undefined : gt(joinTokens.id, uuidFromId(page.after));
  const found = await tx[HANDLE].db
    .select()
    .from(joinTokens)
    .where(and(eq(joinTokens.clusterId, uuidFromId(cluster)), after))
    .orderBy(asc(joinTokens.id))
    .limit(page.limit + 1);
  return pageOf(found.map(joinTokenOf), page.limit);
}

/** Removes a join token of a cluster, used or not. Throws `not_found`. */
export async function deleteJoinToken(tx: TenantTransaction, cluster: ClusterId, id: JoinTokenId): Promise<void> {
  const removed = await tx[HANDLE].db
    .delete(joinTokens)
    .where(and(eq(joinTokens.id, uuidFromId(id)), eq(joinTokens.clusterId, uuidFromId(cluster))))
    .returning({ id: joinTokens.id });
  if (removed.length === 0) throw notFound("join token", id);
}

function joinTokenOf(row: typeof joinTokens.$inferSelect): JoinToken {
  return {
    id: idFromUuid("jt", row.id),
    cluster: idFromUuid("clu", row.clusterId),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    usedAt: row.usedAt ?? undefined,
  };
}
