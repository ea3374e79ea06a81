export type { UnresolvedReference } from "./backend/reference.ts";
export { type DataPlane, settingsFrom } from "./data-plane.ts";
export type { MalformedObject, MeshDelta, ObjectChange, PieceDelta } from "./delta.ts";
export type { Fault } from "./fault.ts";
export type { GatewayClassView, GatewayShape } from "./gateway/gateways.ts";
export type { GatewayServing, ListenerServing } from "./gateway/serving.ts";
export {
  DEFAULT_HOST_LISTENER_PORT,
  ENVOY_METRICS_PORT,
  type HostNetwork,
  type HostNetworkOptions,
  type HostRole,
  hostNetwork,
} from "./host/host-network.ts";
export { nodeFacts } from "./host/node-facts.ts";
export { PORT_UNAVAILABLE } from "./host/ports.ts";
export { ANY_HOST, coversHost, intersectHosts, normalizeHost } from "./hosts.ts";
export { indexObjects } from "./index-objects.ts";
export { NO_SECRET } from "./ingest/certificate.ts";
export { type CertificateFacts, certificateFacts } from "./ingest/certificate-facts.ts";
export type { CertificateUse } from "./ingest/certificate-use.ts";
export { MODE_ANNOTATIONS } from "./ingress/annotations.ts";
export { ownHostPort } from "./ingress/host-port.ts";
export type { IngressView } from "./ingress/ingresses.ts";
export type * from "./match/answer.ts";
export { type AssumedObjects, assumeMissing } from "./match/assume-missing.ts";
export { assumeNodes } from "./match/assume-nodes.ts";
export { editHeaders } from "./match/edit-headers.ts";
export { type MatchOptions, matchRequest } from "./match/match-request.ts";
export { referredSecrets, referredServices } from "./match/referred.ts";
export type { HeaderLine, MatchRequest } from "./match/request.ts";
export { type GatewayView, MeshIndex } from "./mesh-index.ts";
export type * from "./model.ts";
export { grpcMethodPath } from "./route/grpc-rules.ts";
export type { ParentOutcome, RouteView } from "./route/routes.ts";
export { type ControllerClasses, controllerClasses, type IngressDefaults, type MeshSettings } from "./settings.ts";
export type { ConditionDraft } from "./status/condition.ts";
export { type GatewayClassStatusDraft, gatewayClassStatus } from "./status/gateway-class-status.ts";
export {
  type GatewayStatusDraft,
  type GatewayStatusOptions,
  gatewayStatus,
  nextStatusChange,
} from "./status/gateway-status.ts";
export { ingressStatus } from "./status/ingress-status.ts";
export {
  isSameParent,
  type ParentStatusDraft,
  type RouteFinding,
  type RouteStatusDraft,
  type RouteStatusOptions,
  routeStatus,
} from "./status/route-status.ts";
export type { Verdict } from "./verdict.ts";
