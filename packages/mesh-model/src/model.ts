import type { ObjectKey } from "@fairlead/kubernetes-types";

/**
 * What one node's proxy should do, free of Kubernetes and Envoy types. Everything is plain data, sorted by
 * name, and says which objects it came from, so that an answer of the proxy can be traced to its cause.
 */
export interface MeshModel {
  readonly sockets: readonly Socket[];
  readonly tables: readonly HostTable[];
  readonly backends: readonly Backend[];
  readonly certificates: readonly Certificate[];
}

/** Where a piece of the model came from: an object and the place in it. */
export interface Origin {
  readonly object: ObjectKey;
  /** Dotted path such as `spec.rules[0].matches[1]`; empty for the object as a whole. */
  readonly field: string;
}

/** A listening socket. One proxy listener. */
export interface Socket {
  /**
   * `<address>:<port>` of the first address, IPv6 in brackets; on the nodes' own addresses `host:<port>`, which stays when
   * these or the owner of the port change, so that the port is not closed.
   */
  readonly name: string;
  /** Empty: this node is none of those that listen here. */
  readonly addresses: readonly string[];
  readonly port: number;
  /**
   * Plain HTTP: exactly one chain without `serverNames`. TLS: no server name twice, most specific first. Ingresses on the
   * nodes' own addresses have both on one socket.
   */
  readonly chains: readonly Chain[];
  /** The Gateway, or the Ingresses that gave an address or a certificate; not all whose tables hang on the chains. */
  readonly sources: readonly ObjectKey[];
}

/** What happens to a connection once its TLS server name is known. */
export interface Chain {
  /**
   * Unique over all sockets and stable over edits; opaque, and prefix of its tables' names. `<namespace>/<gateway>/<port>`
   * for plain HTTP, `<namespace>/<gateway>/<port>/<listener>` for HTTPS, `ingress/http` and
   * `ingress/shared/https/<namespace>/<secret>` for shared Ingresses, `ingress/dedicated/<namespace>/<name>/…` for others.
   */
  readonly id: string;
  /** TLS server names, `*.example.com` allowed; empty matches any. Always empty on plain HTTP. */
  readonly serverNames: readonly string[];
  /** Present: TLS is terminated with the first certificate whose names fit. */
  readonly tls?: { readonly certificates: readonly string[] };
  readonly sources: readonly ObjectKey[];
}

/** The routes of one host on one chain. An edit of a route touches just the tables of its hosts. */
export interface HostTable {
  /** `<chain id>|<host>`. */
  readonly name: string;
  readonly chain: string;
  /** A lower-case exact host, `*.example.com`, or `*`. */
  readonly host: string;
  /** The wildcard stands for one label, as an Ingress says it; absent: for any number, as Gateway API does. */
  readonly oneLabel?: true;
  /** In order of precedence; what none of them matches is answered 404. */
  readonly routes: readonly Route[];
  readonly sources: readonly ObjectKey[];
}

/** One match and what is done with it. */
export interface Route {
  /**
   * `<namespace>/<name>/<rule>/<match>` prefixed by kind: unique within a table. The rule is its index, and `:<name>`
   * behind it when it has one.
   */
  readonly name: string;
  readonly origin: Origin;
  readonly match: RouteMatch;
  readonly requestHeaders?: HeaderEdits;
  readonly responseHeaders?: HeaderEdits;
  readonly cors?: CorsPolicy;
  readonly action: RouteAction;
}

/** All parts must hold. */
export interface RouteMatch {
  readonly path: PathMatch;
  readonly method?: string;
  /** Only gRPC requests: content type `application/grpc`, or that with `+` and anything behind it. */
  readonly grpc?: true;
  readonly headers: readonly ValueMatch[];
  readonly queryParams: readonly ValueMatch[];
}

/** `prefix` matches whole path elements (`/a` matches `/a` and `/a/b`, not `/ab`); `/` matches all. `regex` is RE2 and matches the whole path. */
export interface PathMatch {
  readonly type: "exact" | "prefix" | "regex";
  readonly value: string;
  readonly origin: Origin;
}

/** Header names are lower case. `regex` is RE2 and matches the whole value. `origin` is the list item, with `name` and `value` in it. */
export interface ValueMatch {
  readonly name: string;
  readonly type: "exact" | "regex";
  readonly value: string;
  readonly origin: Origin;
}

/** Applied in the order remove, set, add. Names as written by the user. */
export interface HeaderEdits {
  readonly set: readonly HeaderValue[];
  readonly add: readonly HeaderValue[];
  readonly remove: readonly HeaderName[];
}

export interface HeaderName {
  readonly name: string;
  readonly origin: Origin;
}

export interface HeaderValue extends HeaderName {
  readonly value: string;
}

export type RouteAction = ForwardAction | RedirectAction | RespondAction;

/** Send to one of the backends, chosen by weight. */
export interface ForwardAction {
  readonly type: "forward";
  /** Weights as the user wrote them; never all zero (that is a `respond`). */
  readonly backends: readonly WeightedBackend[];
  /** What the share of a backend without a name is answered; absent: 500. For gRPC 503, which clients see as `UNAVAILABLE`. */
  readonly invalidStatus?: 503;
  readonly rewrite?: Rewrite;
  /** Copies of requests; their answers are ignored. */
  readonly mirrors?: readonly Mirror[];
  /** Whole request including retries; 0 is no limit; absent is the proxy's default of no limit. */
  readonly timeoutMs?: number;
  /** One try at one backend; 0 or absent: no limit but that of the whole request. */
  readonly tryTimeoutMs?: number;
  /** Absent: only what no backend has seen is tried again. */
  readonly retry?: RetryPolicy;
}

/** A share of the requests that is copied to a backend. */
export interface Mirror {
  /** A {@link Backend}'s name. */
  readonly backend: string;
  /** 1 to 1,000,000. */
  readonly perMillion: number;
  readonly origin: Origin;
}

/** When a request is tried again: always after a connection error or a try's timeout, and after the statuses named. */
export interface RetryPolicy {
  /** Sorted. */
  readonly statuses: readonly number[];
  /** Tries after the first one. */
  readonly attempts: number;
  /** Base of the waits between tries; absent is the proxy's default. */
  readonly backoffMs?: number;
}

/** Which pages of other origins may use a route. The proxy answers preflight requests itself. */
export interface CorsPolicy {
  readonly allowOrigins: readonly CorsOrigin[];
  /** Names, or `*` alone. */
  readonly allowMethods: readonly string[];
  /** Names, or `*` alone. */
  readonly allowHeaders: readonly string[];
  /** Names; `*` only without credentials. */
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number;
  readonly origin: Origin;
}

/** An origin as browsers write it: lower case, no default port. */
export interface CorsOrigin {
  /** Absent: any scheme. */
  readonly scheme?: "http" | "https";
  /** Exact, `*.example.com` (any number of labels), or `*`. */
  readonly host: string;
  /** Absent: the scheme's own, or any where the scheme is any. */
  readonly port?: number;
}

export interface WeightedBackend {
  /** A {@link Backend}'s name; absent: the reference is not valid, and this share is answered with the action's `invalidStatus`. */
  readonly backend?: string;
  readonly weight: number;
  readonly requestHeaders?: HeaderEdits;
  readonly responseHeaders?: HeaderEdits;
  /** Where it says something, it stands above the action's. */
  readonly rewrite?: Rewrite;
  /** Beside the action's. */
  readonly mirrors?: readonly Mirror[];
  readonly origin: Origin;
}

export interface Rewrite {
  readonly host?: string;
  readonly path?: PathReplace;
}

/** `full` replaces the whole path; `prefix` replaces the matched prefix (Gateway API `ReplacePrefixMatch`). */
export interface PathReplace {
  readonly type: "full" | "prefix";
  readonly value: string;
}

/** Answer with a redirect. Parts left out stay as in the request, except `port`, which the model has already settled. */
export interface RedirectAction {
  readonly type: "redirect";
  readonly scheme?: "http" | "https";
  readonly host?: string;
  /** Written into `Location`; absent: no port there. */
  readonly port?: number;
  readonly path?: PathReplace;
  readonly status: 301 | 302 | 303 | 307 | 308;
}

/** Answer directly. */
export interface RespondAction {
  readonly type: "respond";
  readonly status: number;
  readonly body: string;
}

/** How the proxy talks to a backend. */
export type UpstreamProtocol = "http1" | "http2" | "websocket";

/** One Service port under one upstream profile: one proxy cluster, however many routes lead there. */
export interface Backend {
  /** `<namespace>/<service>:<port>` and, for other than http1, `/<protocol>` behind it. */
  readonly name: string;
  readonly protocol: UpstreamProtocol;
  /** Ready addresses, sorted. Empty answers 503. */
  readonly endpoints: readonly BackendEndpoint[];
  readonly sources: readonly ObjectKey[];
}

export interface BackendEndpoint {
  readonly address: string;
  readonly port: number;
}

/** A certificate and its key. `key` never leaves the node's store. */
export interface Certificate {
  /** `<namespace>/<secret>`. */
  readonly name: string;
  /** PEM chain, leaf first. */
  readonly chain: string;
  /** PEM. */
  readonly key: string;
  readonly sources: readonly ObjectKey[];
}
