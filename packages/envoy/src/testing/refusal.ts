import { create } from "@bufbuild/protobuf";
import type { Route } from "@fairlead/mesh-model";
import { RouteConfigurationSchema } from "../gen/envoy/config/route/v3/route_pb.js";
import { type EnvoyResource, resource } from "../resource.ts";
import { translateRoute } from "../route.ts";
import { scope } from "../scope.ts";
import { TYPE_URL } from "../type-url.ts";
import type { TestEnvoy } from "./envoy.ts";

let count = 0;

/** Envoy's words for refusing `route`, sent as it is, without our own checks; undefined: it takes it. */
export async function refusal(envoy: TestEnvoy, chain: string, route: Route): Promise<string | undefined> {
  const name = `${chain}|refusal-${count++}.example`;
  const configuration = resource(
    TYPE_URL.route,
    name,
    RouteConfigurationSchema,
    create(RouteConfigurationSchema, {
      name,
      validateClusters: false,
      virtualHosts: [{ name: "all", domains: ["*"], routes: translateRoute(route, "a.example") }],
    }),
    [],
  );
  const leading = scope(name, [], []);
  const resources: EnvoyResource[] = [leading, configuration];
  envoy.ads.set(resources);
  try {
    const verdict = await envoy.ads.verdict(configuration);
    return verdict.accepted ? undefined : verdict.message;
  } finally {
    for (const sent of resources) envoy.ads.remove(sent);
  }
}
