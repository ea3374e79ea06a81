import { certificateRoutes } from "./certificates/routes.ts";
import { clusterRoutes } from "./clusters/routes.ts";
import { convergenceRoutes } from "./convergence/routes.ts";
import { driftRoutes } from "./drift/routes.ts";
import { eventRoutes } from "./events/routes.ts";
import { gatewayRoutes } from "./gateways/routes.ts";
import { grpcRouteRoutes } from "./grpc-routes/routes.ts";
import { httpRouteRoutes } from "./http-routes/routes.ts";
import { ingressRoutes } from "./ingresses/routes.ts";
import { joinTokenRoutes } from "./join-tokens/routes.ts";
import { organizationRoutes } from "./organizations/routes.ts";
import { planRoutes } from "./plans/routes.ts";
import { projectRoutes } from "./projects/routes.ts";
import { revisionRoutes } from "./revisions/routes.ts";
import { routeMatchRoutes } from "./route-match/routes.ts";
import { serviceRoutes } from "./service/routes.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { topologyRoutes } from "./topology/routes.ts";

/** Every operation of the API, by resource. */
export const routes = {
  service: serviceRoutes,
  organizations: organizationRoutes,
  projects: projectRoutes,
  clusters: clusterRoutes,
  certificates: certificateRoutes,
  drift: driftRoutes,
  topology: topologyRoutes,
  joinTokens: joinTokenRoutes,
  tokens: tokenRoutes,
  gateways: gatewayRoutes,
  httpRoutes: httpRouteRoutes,
  grpcRoutes: grpcRouteRoutes,
  ingresses: ingressRoutes,
  plans: planRoutes,
  revisions: revisionRoutes,
  convergence: convergenceRoutes,
  events: eventRoutes,
  routeMatch: routeMatchRoutes,
};
