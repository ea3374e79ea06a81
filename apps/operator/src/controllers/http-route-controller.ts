import { isDeepStrictEqual } from "node:util";
import { checkHttpRoute } from "@fairlead/envoy";
import { resources } from "@fairlead/kubernetes";
import type { HTTPRoute, ObjectKey, RouteParentStatus } from "@fairlead/kubernetes-types";
import { httpRouteStatus, isSameParent } from "@fairlead/mesh-model";
import { type ControllerContext, FIELD_MANAGER, idOf } from "./context.ts";
import { stamp } from "./stamp.ts";

/** Writes our entries in the status of an HTTPRoute; the list is one value to the API server, so others' go along unchanged. */
export async function reconcileHttpRoute(context: ControllerContext, key: ObjectKey): Promise<undefined> {
  const { client, world, clock } = context;
  const route = world.httpRoutes.store.get(key);
  if (route === undefined || route.metadata.deletionTimestamp !== undefined) return;
  const view = world.index.httpRoute(idOf(route));
  const draft = httpRouteStatus(route, view, {
    controllers: context.gatewayClasses.map(({ controller }) => controller),
    findings: view === undefined ? [] : checkHttpRoute(route),
  });
  const now = clock.now();
  const parents = draft.parents.map((entry): RouteParentStatus => {
    const old = before(route).find((candidate) => isSameParent(candidate, entry));
    // Entries of others come with their times and are passed on as they are.
    return old === entry ? old : { ...entry, conditions: stamp(old?.conditions, entry.conditions ?? [], now) };
  });
  if (isDeepStrictEqual(before(route), parents)) return;
  const { name, namespace, resourceVersion } = route.metadata;
  const metadata = { name, ...(namespace && { namespace }), ...(resourceVersion && { resourceVersion }) };
  // The version makes the write fail when another controller wrote meanwhile, whose entry we would wipe out.
  await client.applyStatus(
    resources.httpRoutes,
    { apiVersion: route.apiVersion, kind: route.kind, metadata, status: { parents } },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  context.onStatusWritten(route.kind);
}

function before(route: HTTPRoute): readonly RouteParentStatus[] {
  return route.status?.parents ?? [];
}
