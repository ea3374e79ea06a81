import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { BackendEndpoint, RetryPolicy } from "../model.ts";
import type { HeaderLine } from "./request.ts";

/** What the proxy does with a request, and why. */
export interface MatchAnswer {
  /** The request in the form in which it is matched; absent when it does not get that far. */
  readonly request?: EffectiveRequest;
  /** Where it arrives; absent when nothing listens there. */
  readonly listener?: MatchedListener;
  /** The host whose routes were tried: exact, `*.example.com` or `*`. */
  readonly host?: string;
  /** The route that decides; absent when none does. */
  readonly route?: MatchedRoute;
  readonly outcome: Outcome;
  /** What was considered and lost, and what won, in order, in words. */
  readonly why: readonly string[];
}

/** A request after the proxy has put it into one form. */
export interface EffectiveRequest {
  readonly scheme: "http" | "https";
  /** As written; the port included. */
  readonly host: string;
  /** Normalised, with the query as written. */
  readonly path: string;
  readonly method: string;
}

export interface MatchedListener {
  readonly socket: string;
  /** Id of the chain. */
  readonly chain: string;
  /** `<namespace>/<name>`; absent for Ingresses. */
  readonly gateway?: string;
  /** Name of the listener that the host belongs to, where it is known. */
  readonly name?: string;
  /** The TLS server name of the chain that took the connection; `*`: it takes any. */
  readonly serverName?: string;
}

export interface MatchedRoute {
  readonly object: ObjectKey;
  /** The route's name in the model: kind, namespace, name, rule and match. */
  readonly name: string;
  /** Place of the match in the object, such as `spec.rules[0].matches[1]`. */
  readonly field: string;
  /** The match in words. */
  readonly match: string;
}

export type Outcome = UnreachableOutcome | RespondOutcome | RedirectOutcome | PreflightOutcome | ForwardOutcome;

/** The request never becomes one: nothing listens there, or TLS fails. */
export interface UnreachableOutcome {
  readonly type: "unreachable";
  readonly message: string;
}

/** Why the proxy answers by itself. */
export type RespondCause =
  | "malformed-request"
  | "no-host"
  | "no-route"
  | "broken-route"
  | "no-usable-backend"
  | "as-configured";

export interface RespondOutcome {
  readonly type: "respond";
  readonly status: number;
  readonly cause: RespondCause;
  /** The request is one of gRPC: it is answered 200 with this `grpc-status`, which says the same. */
  readonly grpcStatus?: number;
}

export interface RedirectOutcome {
  readonly type: "redirect";
  readonly status: number;
  readonly location: string;
  /** The request is one of gRPC: it is answered 200 with this `grpc-status`, which says the same. */
  readonly grpcStatus?: number;
  readonly responseHeaders: readonly HeaderChanges[];
}

/** The proxy answers a CORS preflight request in place of the backend. */
export interface PreflightOutcome {
  readonly type: "preflight";
  readonly status: 200;
  readonly allowed: boolean;
  readonly headers: readonly HeaderLine[];
  /** Share of such requests that is answered 500 instead, because a backend reference is not valid. */
  readonly failing: number;
  /** The request is one of gRPC: those are answered 200 with this `grpc-status`, which says the same. */
  readonly grpcStatus?: number;
}

export interface ForwardOutcome {
  readonly type: "forward";
  /** Never empty; shares add up to 1. */
  readonly backends: readonly ForwardTarget[];
  readonly timeoutMs?: number;
  readonly tryTimeoutMs?: number;
  readonly retry?: RetryPolicy;
  /** Headers that the CORS policy adds to the backend's answer. */
  readonly corsHeaders: readonly HeaderLine[];
}

/** Where a share of the requests goes, and how they leave. */
export interface ForwardTarget {
  /** A backend's name; absent: the reference is not valid, and this share is answered 500. */
  readonly backend?: string;
  readonly weight: number;
  /** Part of all requests, 0 to 1. */
  readonly share: number;
  /** What the proxy answers by itself: 500 without a backend, 503 without endpoints; absent: the backend answers. */
  readonly status?: 500 | 503;
  /** Beside `status`, where the request is one of gRPC: it is answered 200 with this `grpc-status`, which says the same. */
  readonly grpcStatus?: number;
  readonly endpoints: readonly BackendEndpoint[];
  readonly host: string;
  readonly path: string;
  /** The client's headers after all edits; what the proxy adds of its own (`x-forwarded-for`, …) is not among them. */
  readonly headers: readonly HeaderLine[];
  /** Edits of the answer, in the order they are applied. */
  readonly responseHeaders: readonly HeaderChanges[];
  readonly mirrors: readonly MatchedMirror[];
}

/** Header edits, done in the order remove, set, add. */
export interface HeaderChanges {
  readonly remove: readonly string[];
  readonly set: readonly HeaderLine[];
  readonly add: readonly HeaderLine[];
}

/** A share of the requests that is copied. */
export interface MatchedMirror {
  /** A backend's name. */
  readonly backend: string;
  /** 1 to 1,000,000. */
  readonly perMillion: number;
}
