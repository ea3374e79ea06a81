import { type Organization, routes } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import { getOrganization, renameOrganization, type Organization as Stored } from "@fairlead/database";
import type { ApiApp, ApiDeps, Caller } from "../api-env.ts";
import { notFound } from "../http/problem-response.ts";

/** Operations on the caller's own organization; every other one looks absent. */
export function registerOrganizations(app: ApiApp, { database }: ApiDeps): void {
  app.openapi(routes.organizations.list, async (c) => {
    const found = await database.withTenant(c.get("caller").organization, (tx) => getOrganization(tx));
    return c.json({ items: [present(found)], nextCursor: null }, 200);
  });

  app.openapi(routes.organizations.get, async (c) => {
    const organization = own(c.get("caller"), c.req.valid("param").organization);
    return c.json(present(await database.withTenant(organization, (tx) => getOrganization(tx))), 200);
  });

  app.openapi(routes.organizations.patch, async (c) => {
    const organization = own(c.get("caller"), c.req.valid("param").organization);
    const { name } = c.req.valid("json");
    return c.json(present(await database.withTenant(organization, (tx) => renameOrganization(tx, name))), 200);
  });
}

function own(caller: Caller, asked: string) {
  if (asked !== caller.organization) throw notFound();
  return caller.organization;
}

function present(stored: Stored): Organization {
  return {
    id: stored.id,
    name: stored.name,
    revision: formatRevision(stored.head),
    createdAt: stored.createdAt.toISOString(),
  };
}
