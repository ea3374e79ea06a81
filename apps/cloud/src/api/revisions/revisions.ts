import { isId, isIntentId, routes } from "@fairlead/contract";
import { compareRevisions, formatRevision, parseRevision } from "@fairlead/core";
import { getRevision, listRevisions, type SubjectId } from "@fairlead/database";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { encodeCursor, revisionCursor } from "../http/cursor.ts";
import { notFound } from "../http/problem-response.ts";
import { presentRevision } from "./present-revision.ts";

/** The append-only log of every change, newest first. */
export function registerRevisions(app: ApiApp, { database }: ApiDeps): void {
  app.openapi(routes.revisions.list, async (c) => {
    const { limit, cursor, intent: id, after } = c.req.valid("query");
    const before = revisionCursor(cursor);
    const subject = id === undefined ? undefined : subjectOf(id);
    // What was never there has no history.
    if (id !== undefined && subject === undefined) return c.json({ items: [], nextCursor: null }, 200);
    const page = await database.withTenant(c.get("caller").organization, (tx) =>
      listRevisions(tx, { limit, before, id: subject }),
    );
    const stop = after === undefined ? undefined : parseRevision(after);
    const newer = page.items.filter((entry) => stop === undefined || compareRevisions(entry.revision, stop) > 0);
    const ended = newer.length < page.items.length || page.next === undefined;
    const nextCursor = encodeCursor(ended || page.next === undefined ? undefined : formatRevision(page.next));
    return c.json({ items: newer.map(presentRevision), nextCursor }, 200);
  });

  app.openapi(routes.revisions.get, async (c) => {
    const revision = parseRevision(c.req.valid("param").revision);
    if (revision === undefined) throw notFound();
    const entry = await database.withTenant(c.get("caller").organization, (tx) => getRevision(tx, revision));
    const [before, after] = [entry.before ?? null, entry.after ?? null];
    return c.json({ ...presentRevision(entry), before: before && { ...before }, after: after && { ...after } }, 200);
  });
}

function subjectOf(id: string): SubjectId | undefined {
  return isIntentId(id) || isId("prj", id) || isId("clu", id) ? id : undefined;
}
