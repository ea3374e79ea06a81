import { etagOf, routes } from "@fairlead/contract";
import { compareRevisions, formatRevision } from "@fairlead/core";
import {
  confirmCluster,
  createCluster,
  deleteCluster,
  getCluster,
  listClusters,
  revokeCluster,
  updateCluster,
} from "@fairlead/database";
import { canonicalJson } from "@fairlead/intent";
import { placeCluster } from "../../placement/replace-claims.ts";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { rollUp } from "../convergence/roll-up.ts";
import { encodeCursor, idCursor } from "../http/cursor.ts";
import { expectedRevision } from "../http/expected-revision.ts";
import { presentCluster, presentClusters } from "./present-clusters.ts";

/** Clusters, and whether their connectors are welcome. */
export function registerClusters(app: ApiApp, deps: ApiDeps): void {
  const { database, clock } = deps;

  app.openapi(routes.clusters.list, async (c) => {
    const { limit, cursor, name } = c.req.valid("query");
    const after = idCursor("clu", cursor);
    const { items, next } = await database.withTenant(c.get("caller").organization, async (tx) => {
      const page = await listClusters(tx, { limit, after, name });
      return { items: await presentClusters(tx, page.items, clock.now()), next: page.next };
    });
    return c.json({ items, nextCursor: encodeCursor(next) }, 200);
  });

  app.openapi(routes.clusters.create, async (c) => {
    const { organization, token } = c.get("caller");
    const input = c.req.valid("json");
    const cluster = await database.write(organization, token, async (tx) => {
      const created = await createCluster(tx, input);
      await placeCluster(tx, created);
      return presentCluster(tx, created, clock.now());
    });
    deps.onWrite(organization);
    c.header("ETag", etagOf(cluster.revision));
    return c.json(cluster, 201);
  });

  app.openapi(routes.clusters.get, async (c) => {
    const { cluster: id } = c.req.valid("param");
    const cluster = await database.withTenant(c.get("caller").organization, async (tx) =>
      presentCluster(tx, await getCluster(tx, id), clock.now()),
    );
    c.header("ETag", etagOf(cluster.revision));
    return c.json(cluster, 200);
  });

  app.openapi(routes.clusters.put, async (c) => {
    const { organization, token } = c.get("caller");
    const { cluster: id } = c.req.valid("param");
    const { name, labels } = c.req.valid("json");
    const ifMatch = c.req.valid("header")["if-match"];
    const cluster = await database.write(organization, token, async (tx) => {
      const current = await getCluster(tx, id);
      const expected = await expectedRevision(ifMatch, async () => current.revision);
      const sameLabels = canonicalJson(labels) === canonicalJson(current.labels);
      const unchanged = sameLabels && name === current.name && compareRevisions(expected, current.revision) === 0;
      const updated = unchanged ? current : await updateCluster(tx, id, { name, labels, expected });
      if (!sameLabels) await placeCluster(tx, updated);
      return presentCluster(tx, updated, clock.now());
    });
    deps.onWrite(organization);
    c.header("ETag", etagOf(cluster.revision));
    return c.json(cluster, 200);
  });

  app.openapi(routes.clusters.delete, async (c) => {
    const { organization, token } = c.get("caller");
    const { cluster: id } = c.req.valid("param");
    const ifMatch = c.req.valid("header")["if-match"];
    const revision = await database.write(organization, token, async (tx) => {
      const expected = await expectedRevision(ifMatch, async () => (await getCluster(tx, id)).revision);
      return deleteCluster(tx, id, { expected });
    });
    await deps.onWelcomeChanged(id);
    deps.onWrite(organization);
    return c.json({ deleted: true as const, id, revision: formatRevision(revision) }, 200);
  });

  app.openapi(routes.clusters.revoke, async (c) => {
    const { organization, token } = c.get("caller");
    const { cluster: id } = c.req.valid("param");
    const cluster = await database.write(organization, token, async (tx) =>
      presentCluster(tx, await revokeCluster(tx, id, {}), clock.now()),
    );
    await deps.onWelcomeChanged(id);
    deps.onWrite(organization);
    c.header("ETag", etagOf(cluster.revision));
    return c.json(cluster, 200);
  });

  app.openapi(routes.clusters.confirm, async (c) => {
    const { organization, token } = c.get("caller");
    const { cluster: id } = c.req.valid("param");
    const { kubeSystemUid } = c.req.valid("json");
    const cluster = await database.write(organization, token, async (tx) =>
      presentCluster(tx, await confirmCluster(tx, id, kubeSystemUid), clock.now()),
    );
    await deps.onWelcomeChanged(id);
    deps.onWrite(organization);
    c.header("ETag", etagOf(cluster.revision));
    return c.json(cluster, 200);
  });

  app.openapi(routes.clusters.convergence, async (c) => {
    const { cluster } = c.req.valid("param");
    const query = { ...c.req.valid("query"), cluster };
    return c.json(await rollUp(deps, c.get("caller").organization, query, c.req.raw.signal), 200);
  });
}
