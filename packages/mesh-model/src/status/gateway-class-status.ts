import type { GatewayClass } from "@fairlead/kubernetes-types";
import type { GatewayClassView } from "../gateway/gateways.ts";
import { type ConditionDraft, condition } from "./condition.ts";

/** Status of a GatewayClass without times. */
export interface GatewayClassStatusDraft {
  readonly conditions: readonly ConditionDraft[];
  readonly supportedFeatures: readonly { readonly name: string }[];
}

// Names of sigs.k8s.io/gateway-api/pkg/features; each stands for behaviour that a golden of this package shows.
const FEATURES = [
  "Gateway",
  "GatewayPort8080",
  "HTTPRoute",
  "HTTPRouteBackendProtocolH2C",
  "HTTPRouteBackendProtocolWebSocket",
  "HTTPRouteBackendRequestHeaderModification",
  "HTTPRouteBackendTimeout",
  "HTTPRouteHostRewrite",
  "HTTPRouteMethodMatching",
  "HTTPRouteParentRefPort",
  "HTTPRoutePathRedirect",
  "HTTPRoutePathRewrite",
  "HTTPRoutePortRedirect",
  "HTTPRouteQueryParamMatching",
  "HTTPRouteRequestTimeout",
  "HTTPRouteResponseHeaderModification",
  "HTTPRouteSchemeRedirect",
  "ReferenceGrant",
];

/** What to write into the status of a GatewayClass of ours. */
export function gatewayClassStatus(gatewayClass: GatewayClass, view: GatewayClassView): GatewayClassStatusDraft {
  return {
    conditions: [condition(gatewayClass, "Accepted", view.accepted)],
    supportedFeatures: FEATURES.map((name) => ({ name })),
  };
}
