import { isDeepStrictEqual } from "node:util";
import { checkGrpcRoute, checkHttpRoute } from "@fairlead/envoy";
import { type ResourceType, resources } from "@fairlead/kubernetes";
import type { GRPCRoute, HTTPRoute, ObjectKey, RouteParentStatus } from "@fairlead/kubernetes-types";
import { isSameParent, type RouteFinding, type RouteView, routeStatus } from "@fairlead/mesh-model";
import { type ControllerContext, FIELD_MANAGER, idOf } from "./context.ts";
import { stamp } from "./stamp.ts";

/** Writes the status of an HTTPRoute. */
export async function reconcileHttpRoute(context: ControllerContext, key: ObjectKey): Promise<undefined> {
  const route = context.world.httpRoutes.store.get(key);
  if (route === undefined) return;
  const view = context.world.index.httpRoute(idOf(route));
  await write(context, resources.httpRoutes, route, view, () => checkHttpRoute(route));
}

/** Writes the status of a GRPCRoute. */
export async function reconcileGrpcRoute(context: ControllerContext, key: ObjectKey): Promise<undefined> {
  const route = context.world.grpcRoutes.store.get(key);
  if (route === undefined) return;
  const view = context.world.index.grpcRoute(idOf(route));
  await write(context, resources.grpcRoutes, route, view, () => checkGrpcRoute(route));
}

/** Writes our entries in the status of a route; the list is one value to the API server, so others' go along unchanged. */
async function write(
  context: ControllerContext,
  resource: ResourceType<HTTPRoute | GRPCRoute>,
  route: HTTPRoute | GRPCRoute,
  view: RouteView | undefined,
  check: () => readonly RouteFinding[],
): Promise<void> {
  if (route.metadata.deletionTimestamp !== undefined) return;
  const { client, clock } = context;
  const draft = routeStatus(route, view, {
    controllers: context.gatewayClasses.map(({ controller }) => controller),
    findings: view === undefined ? [] : check(),
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
    resource,
    { apiVersion: route.apiVersion, kind: route.kind, metadata, status: { parents } },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  context.onStatusWritten(route.kind);
}

function before(route: HTTPRoute | GRPCRoute): readonly RouteParentStatus[] {
  return route.status?.parents ?? [];
}
