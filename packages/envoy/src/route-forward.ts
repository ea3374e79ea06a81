import type { ForwardAction, Mirror, PathMatch } from "@fairlead/mesh-model";
import { STREAM_IDLE_TIMEOUT_MS } from "./connection-manager.ts";
import { duration, type Fields } from "./extension.ts";
import type {
  RouteAction_RequestMirrorPolicySchema,
  RouteActionSchema,
} from "./gen/envoy/config/route/v3/route_components_pb.js";
import { FractionalPercent_DenominatorType } from "./gen/envoy/type/v3/percent_pb.js";
import { editsHeaders, headerFields } from "./header-edits.ts";
import { pathRewrite } from "./path-rewrite.ts";
import { retryPolicy } from "./retry.ts";
import { MILLION, type Share } from "./weights.ts";

/** Sends requests to `shares`, of which there is at least one; `invalidPerMillion` of all were answered before. */
export function forward(
  action: ForwardAction,
  match: PathMatch,
  shares: readonly Share[],
  invalidPerMillion: number,
): Fields<typeof RouteActionSchema> {
  const timeoutMs = wholeTimeoutMs(action);
  const retry = retryPolicy(action);
  return {
    clusterSpecifier: clusters(shares),
    ...rewritten(action, match),
    hostRewriteSpecifier:
      action.rewrite?.host === undefined
        ? { case: undefined }
        : { case: "hostRewriteLiteral", value: action.rewrite.host },
    // Envoy's own default is 15 s; users of Gateway API expect none.
    timeout: duration(timeoutMs),
    ...(retry && { retryPolicy: retry }),
    requestMirrorPolicies: (action.mirrors ?? []).map((mirror) => mirrorPolicy(mirror, invalidPerMillion)),
    // A request that may take longer than idle streams live must not be ended as one.
    ...(timeoutMs > STREAM_IDLE_TIMEOUT_MS ? { idleTimeout: duration(timeoutMs) } : {}),
  };
}

// Envoy's limit for a try ends with the first byte of the answer, so where there is one try the limit of the whole is set.
function wholeTimeoutMs({ timeoutMs = 0, tryTimeoutMs = 0, retry }: ForwardAction): number {
  if (tryTimeoutMs === 0 || (retry !== undefined && retry.attempts > 0)) return timeoutMs;
  return timeoutMs === 0 ? tryTimeoutMs : Math.min(timeoutMs, tryTimeoutMs);
}

// The same random number decides which requests are answered 500 and which are copied: the share begins behind the former.
function mirrorPolicy(
  { backend, perMillion }: Mirror,
  invalidPerMillion: number,
): Fields<typeof RouteAction_RequestMirrorPolicySchema> {
  const numerator = invalidPerMillion + Math.round((perMillion * (MILLION - invalidPerMillion)) / MILLION);
  const defaultValue = { numerator, denominator: FractionalPercent_DenominatorType.MILLION };
  return {
    cluster: backend,
    ...(perMillion < MILLION && { runtimeFraction: { defaultValue } }),
    // The copy has the Host header of the request.
    disableShadowHostSuffixAppend: true,
  };
}

function clusters(shares: readonly Share[]): Fields<typeof RouteActionSchema>["clusterSpecifier"] & object {
  const [only] = shares;
  if (shares.length === 1 && only && !editsHeaders(only.target.requestHeaders, only.target.responseHeaders)) {
    return { case: "cluster", value: only.backend };
  }
  return {
    case: "weightedClusters",
    value: {
      clusters: shares.map(({ backend, target, weight }) => ({
        name: backend,
        weight,
        ...headerFields(target.requestHeaders, target.responseHeaders),
      })),
    },
  };
}

function rewritten(action: ForwardAction, match: PathMatch): Fields<typeof RouteActionSchema> {
  if (action.rewrite?.path === undefined) return {};
  const rewrite = pathRewrite(match, action.rewrite.path);
  switch (rewrite.type) {
    case "none":
      return {};
    case "prefix":
      return { prefixRewrite: rewrite.value };
    case "regex":
      return { regexRewrite: { pattern: { regex: rewrite.pattern }, substitution: rewrite.substitution } };
  }
}
