import type { HTTPBackendRef, HTTPRouteFilter, ObjectKey } from "@fairlead/kubernetes-types";
import type { BackendReference, UnresolvedReference } from "../backend/reference.ts";
import type { Scope } from "../graph/cell.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { Mirror, RespondAction, Route, RouteAction, RouteMatch, WeightedBackend } from "../model.ts";
import type { RankedRoute } from "../precedence.ts";
import { type CompiledFilters, compileFilters, type RedirectDraft } from "./filters.ts";
import type { Limits } from "./limits.ts";
import { hostnameRank } from "./rank.ts";
import type { RouteKind } from "./route-kind.ts";
import { compileBackends, compileMirrors, type Referrer, type RuleBackends } from "./rule-backends.ts";
import type { RuleProblem } from "./rule-problem.ts";

/** The rules of a route, for whichever listener it is reached by. */
export interface CompiledRoute {
  readonly object: ObjectKey;
  readonly references: readonly BackendReference[];
  readonly unresolved: readonly UnresolvedReference[];
  readonly problems: readonly RuleProblem[];
  /** The routes as one listener serves them, reached by one of the route's hostnames. */
  routesFor(listener: { readonly protocol: string; readonly port: number }, hostname: string): readonly RankedRoute[];
}

/** A rule of either kind of route, as far as they have the same in common. */
export interface RuleDraft {
  readonly name?: string;
  readonly filters?: readonly HTTPRouteFilter[];
  readonly backendRefs?: readonly HTTPBackendRef[];
  readonly limits: Limits;
  readonly matches: readonly MatchDraft[];
  /** What else is wrong with it, once filters and backends are known. */
  problems(places: readonly Pick<CompiledFilters, "redirect" | "rewrite">[]): readonly RuleProblem[];
}

export interface MatchDraft {
  readonly field: string;
  readonly match: RouteMatch;
  readonly rank: readonly (number | string)[];
}

/** Compiles the rules of a route. */
export function compileRules(
  lookups: Lookups,
  scope: Scope,
  route: Referrer & { readonly name: string },
  rules: readonly RuleDraft[],
): CompiledRoute {
  const { object, kind, namespace } = route;
  const references: BackendReference[] = [];
  const unresolved: UnresolvedReference[] = [];
  const problems: RuleProblem[] = [];
  const drafts: { ranked: RankedRoute; redirect?: RedirectDraft }[] = [];
  for (const [ruleIndex, rule] of rules.entries()) {
    const field = `spec.rules[${ruleIndex}]`;
    const ruleName = rule.name === undefined ? `${ruleIndex}` : `${ruleIndex}:${rule.name}`;
    const place = kind === "GRPCRoute" ? "grpc" : "rule";
    const filters = compileFilters(object, `${field}.filters`, rule.filters ?? [], place);
    const backends = compileBackends(lookups, scope, route, `${field}.backendRefs`, rule.backendRefs ?? []);
    const mirrors = compileMirrors(lookups, scope, route, filters.mirrors);
    const found = [...filters.problems, ...backends.problems, ...rule.problems([filters, ...backends.backends])];
    references.push(...backends.references, ...mirrors.references);
    unresolved.push(...backends.unresolved, ...mirrors.unresolved);
    problems.push(...found);
    const action = found.length > 0 ? BROKEN : decide(kind, filters, backends.backends, mirrors.mirrors, rule.limits);
    const edits = action.type === "respond" ? {} : extras(filters);
    for (const [matchIndex, { field: at, match, rank }] of rule.matches.entries()) {
      const name = `${kind}/${namespace}/${route.name}/${ruleName}/${matchIndex}`;
      drafts.push({
        ranked: { rank, route: { name, origin: { object, field: at }, match, ...edits, action } },
        ...(action.type === "redirect" && { redirect: action }),
      });
    }
  }
  return {
    object,
    references,
    unresolved,
    problems,
    routesFor: (listener, hostname) => {
      const first = hostnameRank(hostname);
      return drafts.map(({ ranked: { rank, route: draft }, redirect }) => ({
        rank: [...first, ...rank],
        route: redirect === undefined ? draft : settleRedirect(draft, redirect, listener),
      }));
    },
  };
}

// What cannot be done as written is answered 500: leaving the rule out would send its traffic to another one.
const BROKEN: RespondAction = { type: "respond", status: 500, body: "" };

function decide(
  kind: RouteKind,
  { redirect, rewrite }: CompiledFilters,
  backends: RuleBackends["backends"],
  mirrors: readonly Mirror[],
  limits: Limits,
): RouteAction {
  if (redirect !== undefined) return redirect;
  // Gateway API: 500 for HTTP, `UNAVAILABLE` for gRPC, which is what its clients make of 503.
  const invalid = kind === "GRPCRoute" ? ({ invalidStatus: 503 } as const) : {};
  if (!backends.some(isUsable)) return { ...BROKEN, status: invalid.invalidStatus ?? 500 };
  return {
    type: "forward",
    backends,
    ...(backends.some(({ backend }) => backend === undefined) ? invalid : {}),
    ...(rewrite && { rewrite }),
    ...(mirrors.length > 0 && { mirrors }),
    ...limits,
  };
}

function isUsable({ backend, weight }: WeightedBackend): boolean {
  return backend !== undefined && weight > 0;
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
