import { routes } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import { getCluster } from "@fairlead/database";
import { topologyOf } from "../../mesh/topology/topology-of.ts";
import type { ApiApp, ApiDeps } from "../api-env.ts";

/** What requests pass in a cluster. */
export function registerTopology(app: ApiApp, { database, clock, meshes }: ApiDeps): void {
  app.openapi(routes.topology.get, async (c) => {
    const { cluster } = c.req.valid("param");
    const mesh = await database.withTenant(c.get("caller").organization, async (tx) => {
      await getCluster(tx, cluster);
      return meshes.read(tx, cluster);
    });
    const isObserved = mesh.observedAt !== undefined;
    const topology = topologyOf({ ...mesh, isObserved, now: clock.now() });
    const observedAt = mesh.observedAt?.toISOString() ?? null;
    return c.json({ revision: formatRevision(mesh.revision), observedAt, ...topology }, 200);
  });
}
