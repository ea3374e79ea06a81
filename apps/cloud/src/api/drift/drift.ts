import { routes } from "@fairlead/contract";
import { factsWithPrefix, getCluster, sourcesOf } from "@fairlead/database";
import { DRIFT_KEY_PREFIX } from "@fairlead/tunnel";
import { presentDrift, readDrift } from "../../mesh/drift.ts";
import type { ApiApp, ApiDeps } from "../api-env.ts";

/** What others changed in a cluster, as its connector tells it. */
export function registerDrift(app: ApiApp, { database }: ApiDeps): void {
  app.openapi(routes.drift.get, async (c) => {
    const { cluster } = c.req.valid("param");
    const { head, found, known } = await database.withTenant(c.get("caller").organization, async (tx) => {
      await getCluster(tx, cluster);
      const { head, facts } = await factsWithPrefix(tx, cluster, DRIFT_KEY_PREFIX);
      const found = facts.flatMap(({ key, body = "{}" }) => readDrift(key, body) ?? []);
      const sources = await sourcesOf(
        tx,
        [cluster],
        found.map(({ key }) => key),
      );
      return { head, found, known: new Map(sources.map(({ key, intent }) => [key, intent])) };
    });
    const items = found.map((drift) => presentDrift(drift, known.get(drift.key) ?? null));
    return c.json({ items, observedAt: head?.observedAt.toISOString() ?? null }, 200);
  });
}
