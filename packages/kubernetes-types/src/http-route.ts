import type { HTTPRouteFilter } from "./http-route-filter.ts";
import type { Condition, KubernetesObject } from "./object-meta.ts";
import type { BackendObjectReference, ParentReference } from "./references.ts";
import type { SessionPersistence } from "./session-persistence.ts";

/** Gateway API v1 HTTPRoute. */
export interface HTTPRoute extends KubernetesObject {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "HTTPRoute";
  readonly spec: HTTPRouteSpec;
  readonly status?: HTTPRouteStatus;
}

export interface HTTPRouteSpec {
  readonly parentRefs?: readonly ParentReference[];
  /** Exact, or `*.` in front; empty takes those of the listener. */
  readonly hostnames?: readonly string[];
  /** The server's default is one rule that matches the prefix `/`. */
  readonly rules?: readonly HTTPRouteRule[];
}

export interface HTTPRouteRule {
  readonly name?: string;
  /** One of them suffices; the default is the prefix `/`. */
  readonly matches?: readonly HTTPRouteMatch[];
  readonly filters?: readonly HTTPRouteFilter[];
  readonly backendRefs?: readonly HTTPBackendRef[];
  readonly timeouts?: HTTPRouteTimeouts;
  readonly retry?: HTTPRouteRetry;
  readonly sessionPersistence?: SessionPersistence;
}

/** When a request that failed is tried again; absent: for the implementation to say. Connection errors are retried too. */
export interface HTTPRouteRetry {
  /** Statuses of the backend (400 to 599) after which to try again. */
  readonly codes?: readonly number[];
  /** Tries after the first one; 0 turns retries off. */
  readonly attempts?: number;
  /** Base of the waits between tries, a GEP-2257 duration. */
  readonly backoff?: string;
}

/** All parts must hold. */
export interface HTTPRouteMatch {
  readonly path?: HTTPPathMatch;
  readonly headers?: readonly HTTPHeaderMatch[];
  readonly queryParams?: readonly HTTPQueryParamMatch[];
  /** One of RFC 9110 or `PATCH`, in capitals. */
  readonly method?: string;
}

export interface HTTPPathMatch {
  /** Default `PathPrefix`. */
  readonly type?: "Exact" | "PathPrefix" | "RegularExpression";
  /** Default `/`. */
  readonly value?: string;
}

export interface HTTPHeaderMatch {
  /** Default `Exact`. */
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

export interface HTTPQueryParamMatch {
  /** Default `Exact`. */
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

export interface HTTPBackendRef extends BackendObjectReference {
  /** Share among the rule's backends; default 1. */
  readonly weight?: number;
  /** Applied only to what goes to this backend. */
  readonly filters?: readonly HTTPRouteFilter[];
}

/** GEP-2257 durations (`1h30m`, `500ms`); `0s` turns a timeout off. */
export interface HTTPRouteTimeouts {
  /** The whole request, retries included. */
  readonly request?: string;
  /** One try at one backend; no more than `request`. */
  readonly backendRequest?: string;
}

export interface HTTPRouteStatus {
  readonly parents: readonly RouteParentStatus[];
}

export interface RouteParentStatus {
  readonly parentRef: ParentReference;
  /** Who wrote this entry. */
  readonly controllerName: string;
  readonly conditions?: readonly Condition[];
}
