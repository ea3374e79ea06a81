import type { ForwardAction, PathMatch } from "@fairlead/mesh-model";
import { STREAM_IDLE_TIMEOUT_MS } from "./connection-manager.ts";
import { duration, type Fields } from "./extension.ts";
import type { RouteActionSchema } from "./gen/envoy/config/route/v3/route_components_pb.js";
import { editsHeaders, headerFields } from "./header-edits.ts";
import { pathRewrite } from "./path-rewrite.ts";
import type { Share } from "./weights.ts";

/** Sends requests to `shares`, of which there is at least one. */
export function forward(
  action: ForwardAction,
  match: PathMatch,
  shares: readonly Share[],
): Fields<typeof RouteActionSchema> {
  const timeoutMs = action.timeoutMs ?? 0;
  return {
    clusterSpecifier: clusters(shares),
    ...rewritten(action, match),
    hostRewriteSpecifier:
      action.rewrite?.host === undefined
        ? { case: undefined }
        : { case: "hostRewriteLiteral", value: action.rewrite.host },
    // Envoy's own default is 15 s; users of Gateway API expect none.
    timeout: duration(timeoutMs),
    // A request that may take longer than idle streams live must not be ended as one.
    ...(timeoutMs > STREAM_IDLE_TIMEOUT_MS ? { idleTimeout: duration(timeoutMs) } : {}),
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
