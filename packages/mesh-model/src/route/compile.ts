import { type HTTPRoute, type HTTPRouteRule, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import type { BackendReference, UnresolvedReference } from "../backend/reference.ts";
import type { Scope } from "../graph/cell.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { Mirror, Route, RouteAction, WeightedBackend } from "../model.ts";
import type { RankedRoute } from "../precedence.ts";
import { type CompiledFilters, compileFilters, type RedirectDraft, replacesPrefix } from "./filters.ts";
import { type Limits, readLimits } from "./limits.ts";
import { compileMatch } from "./match.ts";
import { httpRouteRank } from "./rank.ts";
import { compileBackends, compileMirrors } from "./rule-backends.ts";
import type { RuleProblem } from "./rule-problem.ts";

/** The rules of a route, for whichever listener it is reached by. */
export interface CompiledRoute {
  readonly object: ObjectKey;
  readonly references: readonly BackendReference[];
  readonly unresolved: readonly UnresolvedReference[];
  readonly problems: readonly RuleProblem[];
  /** The routes as one listener serves them. */
  routesFor(listener: { readonly protocol: string; readonly port: number }): readonly RankedRoute[];
}

/** Compiles the rules of a route. */
export function compileRoute(lookups: Lookups, scope: Scope, route: HTTPRoute): CompiledRoute {
  const object = objectKey(route);
  const namespace = route.metadata.namespace ?? "";
  const references: BackendReference[] = [];
  const unresolved: UnresolvedReference[] = [];
  const problems: RuleProblem[] = [];
  const drafts: { ranked: RankedRoute; redirect?: RedirectDraft }[] = [];
  for (const [ruleIndex, rule] of (route.spec.rules ?? []).entries()) {
    const field = `spec.rules[${ruleIndex}]`;
    const ruleName = rule.name === undefined ? `${ruleIndex}` : `${ruleIndex}:${rule.name}`;
    const filters = compileFilters(object, `${field}.filters`, rule.filters ?? [], "rule");
    const backends = compileBackends(
      lookups,
      scope,
      { object, namespace },
      `${field}.backendRefs`,
      rule.backendRefs ?? [],
    );
    const mirrors = compileMirrors(lookups, scope, namespace, filters.mirrors);
    const { limits, ...timing } = readLimits(rule, field);
    const found = [
      ...filters.problems,
      ...backends.problems,
      ...timing.problems,
      ...prefixProblems(rule, [filters, ...backends.backends], field),
    ];
    references.push(...backends.references, ...mirrors.references);
    unresolved.push(...backends.unresolved, ...mirrors.unresolved);
    problems.push(...found);
    const action = found.length > 0 ? BROKEN : decide(filters, backends.backends, mirrors.mirrors, limits);
    const edits = action.type === "respond" ? {} : extras(filters);
    const matches = rule.matches === undefined || rule.matches.length === 0 ? [{}] : rule.matches;
    for (const [matchIndex, spec] of matches.entries()) {
      const at = rule.matches?.length ? `${field}.matches[${matchIndex}]` : field;
      const match = compileMatch(object, at, spec);
      const name = `HTTPRoute/${namespace}/${route.metadata.name}/${ruleName}/${matchIndex}`;
      drafts.push({
        ranked: {
          rank: httpRouteRank(route, match, ruleIndex, matchIndex),
          route: { name, origin: { object, field: at }, match, ...edits, action },
        },
        ...(action.type === "redirect" && { redirect: action }),
      });
    }
  }
  return {
    object,
    references,
    unresolved,
    problems,
    routesFor: (listener) =>
      drafts.map(({ ranked, redirect }) =>
        redirect === undefined ? ranked : { ...ranked, route: settleRedirect(ranked.route, redirect, listener) },
      ),
  };
}

// What cannot be done as written is answered 500: leaving the rule out would send its traffic to another one.
const BROKEN: RouteAction = { type: "respond", status: 500, body: "" };

function decide(
  { redirect, rewrite }: CompiledFilters,
  backends: readonly WeightedBackend[],
  mirrors: readonly Mirror[],
  limits: Limits,
): RouteAction {
  if (redirect !== undefined) return redirect;
  const usable = backends.some(({ backend, weight }) => backend !== undefined && weight > 0);
  if (!usable) return BROKEN;
  return { type: "forward", backends, ...(rewrite && { rewrite }), ...(mirrors.length > 0 && { mirrors }), ...limits };
}

function extras({
  requestHeaders,
  responseHeaders,
  cors,
}: CompiledFilters): Pick<Route, "requestHeaders" | "responseHeaders" | "cors"> {
  return {
    ...(requestHeaders && { requestHeaders }),
    ...(responseHeaders && { responseHeaders }),
    ...(cors && { cors }),
  };
}

// Gateway API: the port of a redirect is the one given; else that of the scheme, if a scheme is given; else the
// listener's. A scheme's own port is not written out.
function settleRedirect(
  route: Route,
  redirect: RedirectDraft,
  listener: { readonly protocol: string; readonly port: number },
): Route {
  const scheme = redirect.scheme ?? (listener.protocol === "HTTPS" ? "https" : "http");
  const wellKnown = scheme === "https" ? 443 : 80;
  const { port: asked, ...rest } = redirect;
  const port = asked ?? (redirect.scheme === undefined ? listener.port : wellKnown);
  return { ...route, action: port === wellKnown ? rest : { ...rest, port } };
}

function prefixProblems(
  rule: HTTPRouteRule,
  places: readonly Parameters<typeof replacesPrefix>[0][],
  field: string,
): RuleProblem[] {
  if (!places.some(replacesPrefix)) return [];
  const wrong = (rule.matches ?? []).findIndex(({ path }) => (path?.type ?? "PathPrefix") !== "PathPrefix");
  if (wrong < 0) return [];
  const message = `${field}: ReplacePrefixMatch needs a PathPrefix match, which ${field}.matches[${wrong}] is not`;
  return [{ reason: "IncompatibleFilters", message }];
}
