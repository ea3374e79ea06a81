import type { GatewayClass } from "@fairlead/kubernetes-types";
import type { GatewayClassView } from "../gateway/gateways.ts";
import { type ConditionDraft, condition } from "./condition.ts";

/** Status of a GatewayClass without times. */
export interface GatewayClassStatusDraft {
  readonly conditions: readonly ConditionDraft[];
  readonly supportedFeatures: readonly { readonly name: string }[];
}

// Names of sigs.k8s.io/gateway-api/pkg/features; CONFORMANCE.md says of each where it is shown, and a test that it does.
const FEATURES = [
  "GRPCRoute",
  "GRPCRouteNamedRouteRule",
  "GRPCRouteRequestHeaderModifier",
  "Gateway",
  "GatewayAddressEmpty",
  "GatewayHTTPListenerIsolation",
  "GatewayHTTPSListenerDetectMisdirectedRequests",
  "GatewayInfrastructure",
  "GatewayPort8080",
  "GatewayRouteHostnameIntersectionPrecedence",
  "GatewayStaticAddresses",
  "HTTPRoute",
  "HTTPRoute303RedirectStatusCode",
  "HTTPRoute307RedirectStatusCode",
  "HTTPRoute308RedirectStatusCode",
  "HTTPRouteBackendProtocolH2C",
  "HTTPRouteBackendProtocolWebSocket",
  "HTTPRouteBackendRequestHeaderModification",
  "HTTPRouteBackendTimeout",
  "HTTPRouteBackendURLRewrite",
  "HTTPRouteCORS",
  "HTTPRouteDestinationPortMatching",
  "HTTPRouteHostRewrite",
  "HTTPRouteMethodMatching",
  "HTTPRouteNamedRouteRule",
  "HTTPRouteParentRefPort",
  "HTTPRoutePathRedirect",
  "HTTPRoutePathRewrite",
  "HTTPRoutePortRedirect",
  "HTTPRouteQueryParamMatching",
  "HTTPRouteRequestMirror",
  "HTTPRouteRequestMultipleMirrors",
  "HTTPRouteRequestPercentageMirror",
  "HTTPRouteRequestTimeout",
  "HTTPRouteResponseHeaderModification",
  "HTTPRouteRetryCodes",
  "HTTPRouteRetryConnectionError",
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
