import type { OrganizationId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { eq } from "drizzle-orm";
import { notFound } from "./change.ts";
import { organizations, renderCursors, revisionCounters } from "./schema.ts";
import { HANDLE, type TenantTransaction } from "./transaction.ts";

/** A tenant. */
export interface Organization {
  readonly id: OrganizationId;
  readonly name: string;
  /** The newest revision of its log. */
  readonly head: Revision;
  readonly createdAt: Date;
}

/** The transaction's organization. */
export async function getOrganization(tx: TenantTransaction): Promise<Organization> {
  const { db } = tx[HANDLE];
  const [row] = await db
    .select({
      name: organizations.name,
      createdAt: organizations.createdAt,
      epoch: revisionCounters.epoch,
      n: revisionCounters.n,
    })
    .from(organizations)
    .innerJoin(revisionCounters, eq(revisionCounters.organizationId, organizations.organizationId));
  if (row === undefined) throw notFound("organization", tx.organization);
  const { epoch, n, name, createdAt } = row;
  return { id: tx.organization, name, head: { epoch, n }, createdAt };
}

/** Gives the organization another name. No cluster sees the name, so no revision is taken. */
export async function renameOrganization(tx: TenantTransaction, name: string): Promise<Organization> {
  await tx[HANDLE].db.update(organizations).set({ name });
  return getOrganization(tx);
}

/** Makes the transaction's organization, with its revision counter and rendering cursor. */
export async function insertOrganization(tx: TenantTransaction, name: string): Promise<void> {
  const { db, organization: organizationId } = tx[HANDLE];
  await db.insert(organizations).values({ organizationId, name });
  await db.insert(revisionCounters).values({ organizationId, epoch: 1, n: 0 });
  await db.insert(renderCursors).values({ organizationId, epoch: 1, n: 0 });
}
