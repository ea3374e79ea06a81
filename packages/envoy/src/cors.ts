import type { CorsOrigin, CorsPolicy } from "@fairlead/mesh-model";
import { type Fields, pack } from "./extension.ts";
import { CorsPolicySchema } from "./gen/envoy/extensions/filters/http/cors/v3/cors_pb.js";
import type { StringMatcherSchema } from "./gen/envoy/type/matcher/v3/string_pb.js";

/** Name of the filter in the connection manager, under which routes hold their policies. */
export const CORS_FILTER = "envoy.filters.http.cors";

/** A request that asks, before another one, whether it may be sent: with these headers and the method OPTIONS. */
export const PREFLIGHT = {
  origin: "origin",
  method: "access-control-request-method",
  headers: "access-control-request-headers",
} as const;

/**
 * What a route says to the CORS filter, which does nothing for a route that says nothing. For `*` the filter names the
 * method and the headers that are asked for, as Gateway API wants it with credentials.
 */
export function corsConfig(policy: CorsPolicy | undefined) {
  if (policy === undefined) return {};
  const config = pack(CorsPolicySchema, {
    allowOriginStringMatch: policy.allowOrigins.map(originMatcher),
    allowMethods: policy.allowMethods.join(", "),
    allowHeaders: policy.allowHeaders.join(", "),
    exposeHeaders: policy.exposeHeaders.join(", "),
    allowCredentials: policy.allowCredentials,
    maxAge: String(policy.maxAgeSeconds),
    // A preflight request of an origin that is not allowed is answered too, without saying that it is.
    forwardNotMatchingPreflights: false,
  });
  return { typedPerFilterConfig: { [CORS_FILTER]: config } };
}

function originMatcher({ scheme, host, port }: CorsOrigin): Fields<typeof StringMatcherSchema> {
  if (scheme === undefined) return { matchPattern: { case: "safeRegex", value: { regex: ".*" } } };
  const end = port === undefined ? "" : `:${port}`;
  if (!host.startsWith("*")) return { matchPattern: { case: "exact", value: `${scheme}://${host}${end}` } };
  const rest = host.slice(1).replaceAll(".", "\\.");
  return { matchPattern: { case: "safeRegex", value: { regex: `${scheme}://[^/:]+${rest}${end}` } } };
}
