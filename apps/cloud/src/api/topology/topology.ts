import { routes } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import { getCluster, isIntentId, projectsOf } from "@fairlead/database";
import { topologyOf } from "../../mesh/topology/topology-of.ts";
import type { ApiApp, ApiDeps } from "../api-env.ts";

/** What requests pass in a cluster. */
export function registerTopology(app: ApiApp, { database, clock, meshes }: ApiDeps): void {
  app.openapi(routes.topology.get, async (c) => {
    const { cluster } = c.req.valid("param");
    const answer = await database.withTenant(c.get("caller").organization, async (tx) => {
      await getCluster(tx, cluster);
      const mesh = await meshes.read(tx, cluster);
      const isObserved = mesh.observedAt !== undefined;
      const { nodes, ...drawn } = topologyOf({ ...mesh, isObserved, now: clock.now() });
      const intents = new Set(nodes.flatMap(({ intent }) => intent ?? []));
      const projects = await projectsOf(tx, [...intents].filter(isIntentId));
      return {
        revision: formatRevision(mesh.revision),
        observedAt: mesh.observedAt?.toISOString() ?? null,
        nodes: nodes.map((node) => ({ ...node, project: projects.get(node.intent ?? "") ?? null })),
        ...drawn,
      };
    });
    return c.json(answer, 200);
  });
}
