import { grpcRouteSpec } from "../../specs/grpc-route-spec.ts";
import { intentRoutes } from "../intents/routes.ts";

export const grpcRouteRoutes = intentRoutes({
  kind: "grt",
  segment: "grpc-routes",
  name: "GrpcRoute",
  kubernetesKind: "GRPCRoute",
  spec: grpcRouteSpec,
});
