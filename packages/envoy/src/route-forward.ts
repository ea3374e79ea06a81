import type { ForwardAction, Mirror, PathMatch, Rewrite, Route } from "@fairlead/mesh-model";
import { STREAM_IDLE_TIMEOUT_MS } from "./connection-manager.ts";
import { duration, type Fields } from "./extension.ts";
import type {
  RouteAction_RequestMirrorPolicySchema,
  RouteActionSchema,
} from "./gen/envoy/config/route/v3/route_components_pb.js";
import { FractionalPercent_DenominatorType } from "./gen/envoy/type/v3/percent_pb.js";
import { editsHeaders, headerFields, inTurn } from "./header-edits.ts";
import { pathRewrite } from "./path-rewrite.ts";
import { retryPolicy } from "./retry.ts";
import { MILLION, type Slice } from "./weights.ts";

/** Sends the requests of a slice to its shares, of which there is at least one. */
export function forward(action: ForwardAction, route: Route, slice: Slice): Fields<typeof RouteActionSchema> {
  const [only, ...others] = slice.shares;
  // Whoever rewrites or mirrors by itself is alone in its slice.
  const own = others.length === 0 ? only?.target : undefined;
  const rewrite: Rewrite = { ...action.rewrite, ...own?.rewrite };
  const timeoutMs = wholeTimeoutMs(action);
  const retry = retryPolicy(action);
  return {
    clusterSpecifier: clusters(route, slice),
    ...rewritten(rewrite, route.match.path),
    hostRewriteSpecifier:
      rewrite.host === undefined ? { case: undefined } : { case: "hostRewriteLiteral", value: rewrite.host },
    // Envoy's own default is 15 s; users of Gateway API expect none.
    timeout: duration(timeoutMs),
    ...(retry && { retryPolicy: retry }),
    requestMirrorPolicies: [...(action.mirrors ?? []), ...(own?.mirrors ?? [])].map((mirror) =>
      mirrorPolicy(mirror, slice),
    ),
    // A request that may take longer than idle streams live must not be ended as one.
    ...(timeoutMs > STREAM_IDLE_TIMEOUT_MS ? { idleTimeout: duration(timeoutMs) } : {}),
  };
}

/** Whether a backend of the slice edits headers by itself; then the route's edits are done with the backends' own. */
export function hasOwnEdits({ shares }: Slice): boolean {
  return shares.some(({ target }) => editsHeaders(target.requestHeaders, target.responseHeaders));
}

// Envoy's limit for a try ends with the first byte of the answer, so where there is one try the limit of the whole is set.
function wholeTimeoutMs({ timeoutMs = 0, tryTimeoutMs = 0, retry }: ForwardAction): number {
  if (tryTimeoutMs === 0 || (retry !== undefined && retry.attempts > 0)) return timeoutMs;
  return timeoutMs === 0 ? tryTimeoutMs : Math.min(timeoutMs, tryTimeoutMs);
}

// The same random number decides which requests are in the slice and which are copied: the share begins with the slice.
function mirrorPolicy(
  { backend, perMillion }: Mirror,
  { from, to }: Slice,
): Fields<typeof RouteAction_RequestMirrorPolicySchema> {
  const numerator = from + Math.max(1, Math.round((perMillion * (to - from)) / MILLION));
  const defaultValue = { numerator, denominator: FractionalPercent_DenominatorType.MILLION };
  return {
    cluster: backend,
    ...(perMillion < MILLION && { runtimeFraction: { defaultValue } }),
    // The copy has the Host header of the request.
    disableShadowHostSuffixAppend: true,
  };
}

function clusters(
  { requestHeaders, responseHeaders }: Route,
  slice: Slice,
): Fields<typeof RouteActionSchema>["clusterSpecifier"] & object {
  const [only] = slice.shares;
  const ownEdits = hasOwnEdits(slice);
  if (slice.shares.length === 1 && only && !ownEdits) return { case: "cluster", value: only.backend };
  return {
    case: "weightedClusters",
    value: {
      clusters: slice.shares.map(({ backend, target, weight }) => ({
        name: backend,
        weight,
        ...(ownEdits &&
          headerFields(inTurn(requestHeaders, target.requestHeaders), inTurn(responseHeaders, target.responseHeaders))),
      })),
    },
  };
}

function rewritten({ path }: Rewrite, match: PathMatch): Fields<typeof RouteActionSchema> {
  if (path === undefined) return {};
  const rewrite = pathRewrite(match, path);
  switch (rewrite.type) {
    case "none":
      return {};
    case "prefix":
      return { prefixRewrite: rewrite.value };
    case "regex":
      return { regexRewrite: { pattern: { regex: rewrite.pattern }, substitution: rewrite.substitution } };
  }
}
