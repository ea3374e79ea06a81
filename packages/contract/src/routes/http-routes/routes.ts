import { httpRouteSpec } from "../../specs/http-route-spec.ts";
import { intentRoutes } from "../intents/routes.ts";

export const httpRouteRoutes = intentRoutes({
  kind: "rt",
  segment: "http-routes",
  name: "HttpRoute",
  kubernetesKind: "HTTPRoute",
  spec: httpRouteSpec,
});
