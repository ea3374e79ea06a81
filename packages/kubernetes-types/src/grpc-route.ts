import type { RouteParentStatus } from "./http-route.ts";
import type { HTTPHeaderFilter, HTTPRequestMirrorFilter } from "./http-route-filter.ts";
import type { KubernetesObject } from "./object-meta.ts";
import type { BackendObjectReference, LocalObjectReference, ParentReference } from "./references.ts";
import type { SessionPersistence } from "./session-persistence.ts";

/** Gateway API v1 GRPCRoute. */
export interface GRPCRoute extends KubernetesObject {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "GRPCRoute";
  readonly spec: GRPCRouteSpec;
  readonly status?: GRPCRouteStatus;
}

export interface GRPCRouteSpec {
  readonly parentRefs?: readonly ParentReference[];
  /** Exact, or `*.` in front; empty takes those of the listener. */
  readonly hostnames?: readonly string[];
  readonly rules?: readonly GRPCRouteRule[];
}

export interface GRPCRouteRule {
  readonly name?: string;
  /** One of them suffices; empty matches every gRPC request. */
  readonly matches?: readonly GRPCRouteMatch[];
  readonly filters?: readonly GRPCRouteFilter[];
  readonly backendRefs?: readonly GRPCBackendRef[];
  readonly sessionPersistence?: SessionPersistence;
}

/** All parts must hold. */
export interface GRPCRouteMatch {
  readonly method?: GRPCMethodMatch;
  readonly headers?: readonly GRPCHeaderMatch[];
}

/** At least one of `service` and `method` is given; the other one then matches all. */
export interface GRPCMethodMatch {
  /** Default `Exact`. */
  readonly type?: "Exact" | "RegularExpression";
  /** With its package, such as `helloworld.Greeter`. Case counts. */
  readonly service?: string;
  readonly method?: string;
}

export interface GRPCHeaderMatch {
  /** Default `Exact`. */
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

/** One step of processing; `type` says which of the other fields holds its parameters. */
export interface GRPCRouteFilter {
  /** `RequestHeaderModifier`, `ResponseHeaderModifier`, `RequestMirror` or `ExtensionRef`. */
  readonly type: string;
  readonly requestHeaderModifier?: HTTPHeaderFilter;
  readonly responseHeaderModifier?: HTTPHeaderFilter;
  readonly requestMirror?: HTTPRequestMirrorFilter;
  readonly extensionRef?: LocalObjectReference;
}

export interface GRPCBackendRef extends BackendObjectReference {
  /** Share among the rule's backends; default 1. */
  readonly weight?: number;
  /** Applied only to what goes to this backend. */
  readonly filters?: readonly GRPCRouteFilter[];
}

export interface GRPCRouteStatus {
  readonly parents: readonly RouteParentStatus[];
}
