import type { PathMatch, RedirectAction } from "@fairlead/mesh-model";
import type { Fields } from "./extension.ts";
import {
  RedirectAction_RedirectResponseCode,
  type RedirectActionSchema,
} from "./gen/envoy/config/route/v3/route_components_pb.js";
import { type PathRewrite, pathRewrite } from "./path-rewrite.ts";

const { MOVED_PERMANENTLY, FOUND, SEE_OTHER, TEMPORARY_REDIRECT, PERMANENT_REDIRECT } =
  RedirectAction_RedirectResponseCode;
const RESPONSE_CODES = {
  301: MOVED_PERMANENTLY,
  302: FOUND,
  303: SEE_OTHER,
  307: TEMPORARY_REDIRECT,
  308: PERMANENT_REDIRECT,
} as const;

/**
 * A redirect. `tableHost` is the host whose table the route is in: naming it keeps a port the client wrote out of
 * `Location`, which Envoy would copy; under a wildcard it is not known, and the port stays.
 */
export function redirect(
  action: RedirectAction,
  match: PathMatch,
  tableHost: string,
): Fields<typeof RedirectActionSchema> {
  const exact = tableHost.startsWith("*") ? "" : tableHost;
  return {
    schemeRewriteSpecifier:
      action.scheme === undefined ? { case: undefined } : { case: "schemeRedirect", value: action.scheme },
    hostRedirect: action.host ?? (action.port === undefined ? exact : ""),
    portRedirect: action.port ?? 0,
    pathRewriteSpecifier: action.path === undefined ? { case: undefined } : specifier(pathRewrite(match, action.path)),
    responseCode: RESPONSE_CODES[action.status],
  };
}

function specifier(rewrite: PathRewrite): Fields<typeof RedirectActionSchema>["pathRewriteSpecifier"] & object {
  switch (rewrite.type) {
    case "none":
      return { case: undefined };
    case "prefix":
      return { case: "prefixRewrite", value: rewrite.value };
    case "regex":
      return {
        case: "regexRewrite",
        value: { pattern: { regex: rewrite.pattern }, substitution: rewrite.substitution },
      };
  }
}
