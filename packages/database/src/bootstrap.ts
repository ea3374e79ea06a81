import { idFromUuid, newId, type OrganizationId, type ProjectId, type TokenId, uuidFromId } from "@fairlead/contract";
import { eq } from "drizzle-orm";
import type { Sql } from "postgres";
import { notFound } from "./change.ts";
import { insertOrganization } from "./organizations.ts";
import { createProject } from "./projects.ts";
import { projects } from "./schema.ts";
import { createToken } from "./tokens.ts";
import { HANDLE, runTenant, runWrite } from "./transaction.ts";

const PROJECT = "default";
/** Any number: all that bootstrap take the same lock, so that two processes at first start make one organization. */
const LOCK = 0x66616972;

/** {@link SystemDoor.bootstrap}. */
export async function bootstrap(
  client: Sql,
  input: { readonly organization: string; readonly token: { readonly id: TokenId; readonly hash: string } },
): Promise<{ organization: OrganizationId; project: ProjectId; created: boolean }> {
  const { id, hash } = input.token;
  return client.begin(async (locked) => {
    await locked`select pg_advisory_xact_lock(${LOCK}::bigint)`;
    const [owner] = await locked<{ organization_id: string }[]>`
      select organization_id from door_find_token(${uuidFromId(id)}, ${hash})`;
    if (owner === undefined) return { ...(await make(client, input)), created: true };
    const organization = idFromUuid("org", owner.organization_id);
    const project = await runTenant(client, organization, {}, async (tx) => {
      const [row] = await tx[HANDLE].db.select({ id: projects.id }).from(projects).where(eq(projects.name, PROJECT));
      if (row === undefined) throw notFound("project", PROJECT);
      return idFromUuid("prj", row.id);
    });
    return { organization, project, created: false };
  });
}

async function make(client: Sql, input: Parameters<typeof bootstrap>[1]) {
  const organization = newId("org");
  await runTenant(client, organization, {}, (tx) => insertOrganization(tx, input.organization));
  const project = await runWrite(client, organization, "system", async (tx) => {
    await createToken(tx, { ...input.token, name: "bootstrap" });
    const everything = [{ clusterSelector: {}, namespaces: ["*"] }];
    return (await createProject(tx, { name: PROJECT, grants: everything })).id;
  });
  return { organization, project };
}
