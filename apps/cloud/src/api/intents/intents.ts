import { etagOf, type IntentIdKind, type intentRoutes, isIntentId, type ProjectId } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import { getIntent, getProject, type IntentId, type IntentKind, type IntentRef, listIntents } from "@fairlead/database";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { intentConvergence } from "../convergence/intent-convergence.ts";
import { encodeCursor, idCursor } from "../http/cursor.ts";
import { notFound } from "../http/problem-response.ts";
import { create, remove, replace } from "./intent-writes.ts";
import { rehearse } from "./plan.ts";
import { presentIntent } from "./present-intent.ts";

/** The six operations of one intent resource. */
export function registerIntents<K extends IntentIdKind, S extends string>(
  app: ApiApp,
  deps: ApiDeps,
  idKind: K,
  kind: IntentKind,
  routes: ReturnType<typeof intentRoutes<K, S>>,
): void {
  const { database } = deps;
  const refOf = ({ project, id }: { readonly project: ProjectId; readonly id: string }): IntentRef => {
    if (!isIntentId(id)) throw notFound();
    return { project, kind, id };
  };

  app.openapi(routes.list, async (c) => {
    const { project } = c.req.valid("param");
    const { limit, cursor, namespace, name } = c.req.valid("query");
    const after = intentCursor(idKind, cursor);
    const page = await database.withTenant(c.get("caller").organization, async (tx) => {
      await getProject(tx, project);
      return listIntents(tx, { project, kind, limit, after, namespace, name });
    });
    const items = page.items.map((intent) => presentIntent(idKind, intent));
    return c.json({ items, nextCursor: encodeCursor(page.next) }, 200);
  });

  app.openapi(routes.create, async (c) => {
    const { organization, token } = c.get("caller");
    const { project } = c.req.valid("param");
    const input = c.req.valid("json");
    if (c.req.valid("query").dryRun) {
      const plan = await rehearse(database, organization, token, undefined, (tx) => create(tx, project, kind, input));
      return c.json(plan, 200);
    }
    const { intent } = await database.write(organization, token, (tx) => create(tx, project, kind, input));
    deps.onWrite(organization);
    if (intent === undefined) throw new TypeError("a created intent is missing");
    c.header("ETag", etagOf(formatRevision(intent.revision)));
    return c.json(presentIntent(idKind, intent), 201);
  });

  app.openapi(routes.get, async (c) => {
    const ref = refOf(c.req.valid("param"));
    const intent = await database.withTenant(c.get("caller").organization, (tx) => getIntent(tx, ref));
    c.header("ETag", etagOf(formatRevision(intent.revision)));
    return c.json(presentIntent(idKind, intent), 200);
  });

  app.openapi(routes.put, async (c) => {
    const { organization, token } = c.get("caller");
    const ref = refOf(c.req.valid("param"));
    const input = c.req.valid("json");
    const ifMatch = c.req.valid("header")["if-match"];
    if (c.req.valid("query").dryRun) {
      const plan = await rehearse(database, organization, token, ref, (tx) => replace(tx, ref, input, ifMatch));
      return c.json(plan, 200);
    }
    const { intent } = await database.write(organization, token, (tx) => replace(tx, ref, input, ifMatch));
    deps.onWrite(organization);
    if (intent === undefined) throw new TypeError("a replaced intent is missing");
    c.header("ETag", etagOf(formatRevision(intent.revision)));
    return c.json(presentIntent(idKind, intent), 200);
  });

  app.openapi(routes.delete, async (c) => {
    const { organization, token } = c.get("caller");
    const ref = refOf(c.req.valid("param"));
    const ifMatch = c.req.valid("header")["if-match"];
    if (c.req.valid("query").dryRun) {
      const plan = await rehearse(database, organization, token, ref, (tx) => remove(tx, ref, ifMatch));
      return c.json(plan, 200);
    }
    const { revision } = await database.write(organization, token, (tx) => remove(tx, ref, ifMatch));
    deps.onWrite(organization);
    return c.json({ deleted: true as const, id: ref.id, revision: formatRevision(revision) }, 200);
  });

  app.openapi(routes.convergence, async (c) => {
    const { stage, waitMs } = c.req.valid("query");
    const ref = refOf(c.req.valid("param"));
    return c.json(
      await intentConvergence(deps, c.get("caller").organization, ref, { stage, waitMs }, c.req.raw.signal),
      200,
    );
  });
}

function intentCursor(kind: IntentIdKind, cursor: string | undefined): IntentId | undefined {
  const id = idCursor(kind, cursor);
  return id !== undefined && isIntentId(id) ? id : undefined;
}
