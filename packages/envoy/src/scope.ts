import { create } from "@bufbuild/protobuf";
import { ScopedRouteConfigurationSchema } from "./gen/envoy/config/route/v3/scoped_route_pb.js";
import { type EnvoyResource, type ObjectKey, type ResourceKey, resource } from "./resource.ts";
import { TYPE_URL } from "./type-url.ts";

/** The scope that leads from the key `name` to the route configuration of that name. */
export function scope(name: string, sources: Iterable<ObjectKey>, requires: Iterable<ResourceKey>): EnvoyResource {
  const message = create(ScopedRouteConfigurationSchema, {
    name,
    routeConfigurationName: name,
    key: { fragments: [{ type: { case: "stringKey", value: name } }] },
  });
  return resource(TYPE_URL.scope, name, ScopedRouteConfigurationSchema, message, sources, requires);
}
