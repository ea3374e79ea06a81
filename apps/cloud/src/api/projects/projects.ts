import { etagOf, type Project, routes } from "@fairlead/contract";
import { compareRevisions, formatRevision } from "@fairlead/core";
import {
  createProject,
  deleteProject,
  getOrganization,
  getProject,
  listProjects,
  type Project as Stored,
  updateProject,
} from "@fairlead/database";
import { canonicalJson } from "@fairlead/intent";
import { asGrants } from "../../placement/grants.ts";
import { placeEverywhere } from "../../placement/replace-claims.ts";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { encodeCursor, idCursor } from "../http/cursor.ts";
import { expectedRevision } from "../http/expected-revision.ts";

/** Projects: groups of intents, and where they may land. */
export function registerProjects(app: ApiApp, deps: ApiDeps): void {
  const { database } = deps;

  app.openapi(routes.projects.list, async (c) => {
    const { limit, cursor, name } = c.req.valid("query");
    const after = idCursor("prj", cursor);
    const page = await database.withTenant(c.get("caller").organization, (tx) =>
      listProjects(tx, { limit, after, name }),
    );
    return c.json({ items: page.items.map(present), nextCursor: encodeCursor(page.next) }, 200);
  });

  app.openapi(routes.projects.create, async (c) => {
    const { organization, token } = c.get("caller");
    const input = c.req.valid("json");
    const project = await database.write(organization, token, (tx) => createProject(tx, input));
    deps.onWrite(organization);
    c.header("ETag", etagOf(formatRevision(project.revision)));
    return c.json(present(project), 201);
  });

  app.openapi(routes.projects.get, async (c) => {
    const { project: id } = c.req.valid("param");
    const project = await database.withTenant(c.get("caller").organization, (tx) => getProject(tx, id));
    c.header("ETag", etagOf(formatRevision(project.revision)));
    return c.json(present(project), 200);
  });

  app.openapi(routes.projects.put, async (c) => {
    const { organization, token } = c.get("caller");
    const { project: id } = c.req.valid("param");
    const { name, grants } = c.req.valid("json");
    const ifMatch = c.req.valid("header")["if-match"];
    const project = await database.write(organization, token, async (tx) => {
      const current = await getProject(tx, id);
      const expected = await expectedRevision(ifMatch, async () => current.revision);
      const sameGrants = canonicalJson(asJson(grants)) === canonicalJson(asJson(asGrants(current)));
      const unchanged = sameGrants && name === current.name && compareRevisions(expected, current.revision) === 0;
      if (unchanged) return current;
      const updated = await updateProject(tx, id, { name, grants, expected });
      if (!sameGrants) await placeEverywhere(tx);
      return updated;
    });
    deps.onWrite(organization);
    c.header("ETag", etagOf(formatRevision(project.revision)));
    return c.json(present(project), 200);
  });

  app.openapi(routes.projects.delete, async (c) => {
    const { organization, token } = c.get("caller");
    const { project: id } = c.req.valid("param");
    const ifMatch = c.req.valid("header")["if-match"];
    const revision = await database.write(organization, token, async (tx) => {
      const expected = await expectedRevision(ifMatch, async () => (await getProject(tx, id)).revision);
      await deleteProject(tx, id, { expected });
      return (await getOrganization(tx)).head;
    });
    deps.onWrite(organization);
    return c.json({ deleted: true as const, id, revision: formatRevision(revision) }, 200);
  });
}

function present(stored: Stored): Project {
  return {
    id: stored.id,
    name: stored.name,
    grants: asGrants(stored),
    revision: formatRevision(stored.revision),
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
  };
}

// Optional fields that are absent and those that are undefined are the same JSON.
function asJson(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}
