import { type RouteMatch, type RouteMatchInput, routes } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import { getCluster } from "@fairlead/database";
import { judgeRoute } from "@fairlead/envoy";
import {
  assumeMissing,
  assumeNodes,
  indexObjects,
  type MatchOptions,
  type MeshIndex,
  matchRequest,
} from "@fairlead/mesh-model";
import type { ClusterMesh } from "../../mesh/cluster-mesh.ts";
import type { ApiApp, ApiDeps } from "../api-env.ts";

/** Which way a request would go in a cluster. */
export function registerRouteMatch(app: ApiApp, { database, meshes }: ApiDeps): void {
  app.openapi(routes.routeMatch.match, async (c) => {
    const { cluster } = c.req.valid("param");
    const input = c.req.valid("json");
    const mesh = await database.withTenant(c.get("caller").organization, async (tx) => {
      // Throws `not_found` for what the caller may not see.
      await getCluster(tx, cluster);
      return meshes.read(tx, cluster);
    });
    return c.json(matchInMesh(mesh, input), 200);
  });
}

function matchInMesh(mesh: ClusterMesh, input: RouteMatchInput): RouteMatch {
  const about = { revision: formatRevision(mesh.revision), observedAt: mesh.observedAt?.toISOString() ?? null };
  if (mesh.observedAt !== undefined) {
    // What no node has told of is taken for good.
    const usable = (secret: string) => (mesh.certificates.get(secret)?.problem ?? "") === "";
    return { ...matchIn(mesh.index, input, { endpoints: "known", usable }), assumed: [], ...about };
  }
  // A cluster that has told nothing of itself: what intents leave to it is taken for good.
  const { index, assumed } = assume(mesh);
  return { ...matchIn(index, input, { endpoints: "assumed" }), assumed: [...assumed], ...about };
}

interface Assumed {
  readonly index: MeshIndex;
  readonly assumed: readonly string[];
}

/** What was made of meshes whose clusters are silent, as long as they stay what they are. */
const ASSUMED = new WeakMap<object, Assumed>();

function assume({ version, objects: known, settings }: ClusterMesh): Assumed {
  const kept = ASSUMED.get(version);
  if (kept !== undefined) return kept;
  const { objects, assumed } = assumeMissing(known.values());
  const nodes = settings.hostNetwork === undefined ? [] : assumeNodes(settings.hostNetwork);
  const made = { index: indexObjects(settings, [...objects, ...nodes]), assumed };
  ASSUMED.set(version, made);
  return made;
}

function matchIn(index: MeshIndex, input: RouteMatchInput, known: Pick<MatchOptions, "endpoints" | "usable">) {
  const gateway: MatchOptions["gateway"] = (id) => index.gateway(id)?.shape;
  return matchRequest(index.model(), input, { judge: judgeRoute, gateway, ...known });
}
