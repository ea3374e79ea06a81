import type { BackendObjectReference, LocalObjectReference } from "./references.ts";

/**
 * One step of processing a request or an answer; `type` says which of the other fields holds its parameters.
 * One interface and not a union: what users write may name a type and leave its field out.
 */
export interface HTTPRouteFilter {
  /**
   * `RequestHeaderModifier`, `ResponseHeaderModifier`, `RequestRedirect`, `URLRewrite`, `RequestMirror`, `CORS`,
   * `ExternalAuth` (experimental) or `ExtensionRef`; later versions of Gateway API know more.
   */
  readonly type: string;
  readonly requestHeaderModifier?: HTTPHeaderFilter;
  readonly responseHeaderModifier?: HTTPHeaderFilter;
  readonly requestRedirect?: HTTPRequestRedirectFilter;
  readonly urlRewrite?: HTTPURLRewriteFilter;
  readonly requestMirror?: HTTPRequestMirrorFilter;
  readonly cors?: HTTPCORSFilter;
  readonly extensionRef?: LocalObjectReference;
}

export interface HTTPHeaderFilter {
  readonly set?: readonly HTTPHeader[];
  readonly add?: readonly HTTPHeader[];
  /** Names. */
  readonly remove?: readonly string[];
}

export interface HTTPHeader {
  readonly name: string;
  readonly value: string;
}

/** Parts left out stay as in the request. */
export interface HTTPRequestRedirectFilter {
  readonly scheme?: "http" | "https";
  readonly hostname?: string;
  readonly path?: HTTPPathModifier;
  /** Default: the scheme's well-known port if the scheme changes, else the listener's. */
  readonly port?: number;
  /** Default 302. */
  readonly statusCode?: 301 | 302 | 303 | 307 | 308;
}

export interface HTTPURLRewriteFilter {
  readonly hostname?: string;
  readonly path?: HTTPPathModifier;
}

export interface HTTPPathModifier {
  readonly type: "ReplaceFullPath" | "ReplacePrefixMatch";
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

/** Copies requests and ignores the answers. */
export interface HTTPRequestMirrorFilter {
  readonly backendRef: BackendObjectReference;
  /** 0 to 100; absent with no `fraction`: all. */
  readonly percent?: number;
  readonly fraction?: { readonly numerator: number; readonly denominator?: number };
}

/** Answers preflight requests and adds the headers by which browsers let pages of other origins read answers. */
export interface HTTPCORSFilter {
  /** Each `<scheme>://<host>[:<port>]`, `*` in the host standing for any labels, or `*` for any. */
  readonly allowOrigins?: readonly string[];
  /** Absent and false are the same. */
  readonly allowCredentials?: boolean;
  /** Method names, or `*` alone. */
  readonly allowMethods?: readonly string[];
  /** Header names, or `*` alone. */
  readonly allowHeaders?: readonly string[];
  /** Header names, or `*` alone. */
  readonly exposeHeaders?: readonly string[];
  /** Seconds a browser may keep the answer to a preflight request; default 5. */
  readonly maxAge?: number;
}
