export type { ConfigMap, KubernetesEvent, Namespace, Node, Secret } from "./core-kinds.ts";
export type {
  AllowedRoutes,
  FrontendTls,
  Gateway,
  GatewayAddress,
  GatewayClass,
  GatewayClassSpec,
  GatewayClassStatus,
  GatewayListener,
  GatewayListenerStatus,
  GatewaySpec,
  GatewayStatus,
  GatewayTls,
  GatewayTlsDefaults,
  LabelSelector,
  LabelSelectorRequirement,
  ReferenceGrant,
  RouteGroupKind,
} from "./gateway.ts";
export type {
  GRPCBackendRef,
  GRPCHeaderMatch,
  GRPCMethodMatch,
  GRPCRoute,
  GRPCRouteFilter,
  GRPCRouteMatch,
  GRPCRouteRule,
  GRPCRouteSpec,
  GRPCRouteStatus,
} from "./grpc-route.ts";
export type {
  HTTPBackendRef,
  HTTPHeaderMatch,
  HTTPPathMatch,
  HTTPQueryParamMatch,
  HTTPRoute,
  HTTPRouteMatch,
  HTTPRouteRetry,
  HTTPRouteRule,
  HTTPRouteSpec,
  HTTPRouteStatus,
  HTTPRouteTimeouts,
  RouteParentStatus,
} from "./http-route.ts";
export type {
  HTTPCORSFilter,
  HTTPHeader,
  HTTPHeaderFilter,
  HTTPPathModifier,
  HTTPRequestMirrorFilter,
  HTTPRequestRedirectFilter,
  HTTPRouteFilter,
  HTTPURLRewriteFilter,
} from "./http-route-filter.ts";
export type {
  Ingress,
  IngressBackend,
  IngressClass,
  IngressLoadBalancerIngress,
  IngressPath,
  IngressRule,
  IngressSpec,
  IngressStatus,
  IngressTls,
} from "./ingress.ts";
export type { Lease, LeaseSpec } from "./lease.ts";
export * from "./names.ts";
export {
  apiGroup,
  formatObjectKey,
  type ObjectKey,
  type ObjectKeyParts,
  objectKey,
  parseObjectKey,
} from "./object-key.ts";
export type {
  Condition,
  KubernetesList,
  KubernetesObject,
  KubernetesStatus,
  KubernetesStatusCause,
  ManagedFieldsEntry,
  ObjectMeta,
  OwnerReference,
} from "./object-meta.ts";
export type {
  BackendObjectReference,
  LocalObjectReference,
  ParentReference,
  SecretObjectReference,
} from "./references.ts";
export type { EndpointPort, EndpointSlice, Service, ServicePort, ServiceSpec, SliceEndpoint } from "./service.ts";
export type { SessionPersistence } from "./session-persistence.ts";
export type { TokenReview, TokenReviewStatus } from "./token-review.ts";
