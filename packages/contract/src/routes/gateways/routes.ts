import { gatewaySpec } from "../../specs/gateway-spec.ts";
import { intentRoutes } from "../intents/routes.ts";

export const gatewayRoutes = intentRoutes({
  kind: "gw",
  segment: "gateways",
  name: "Gateway",
  kubernetesKind: "Gateway",
  spec: gatewaySpec,
});
