import { type HTTPRoute, type HTTPRouteRule, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import type { BackendProblem, BackendReference } from "../backend/reference.ts";
import { parseDurationMs } from "../duration.ts";
import type { Scope } from "../graph/cell.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { HeaderEdits, Route, RouteAction, WeightedBackend } from "../model.ts";
import type { RankedRoute } from "../precedence.ts";
import {
  type CompiledFilters,
  compileFilters,
  type RedirectDraft,
  type RuleProblem,
  replacesPrefix,
} from "./filters.ts";
import { compileMatch } from "./match.ts";
import { httpRouteRank } from "./rank.ts";
import { compileBackends } from "./rule-backends.ts";

/** The rules of a route, for whichever listener it is reached by. */
export interface CompiledRoute {
  readonly object: ObjectKey;
  readonly references: readonly BackendReference[];
  readonly unresolved: readonly BackendProblem[];
  readonly problems: readonly RuleProblem[];
  /** The routes as one listener serves them. */
  routesFor(listener: { readonly protocol: string; readonly port: number }): readonly RankedRoute[];
}

/** Compiles the rules of a route. */
export function compileRoute(lookups: Lookups, scope: Scope, route: HTTPRoute): CompiledRoute {
  const object = objectKey(route);
  const namespace = route.metadata.namespace ?? "";
  const references: BackendReference[] = [];
  const unresolved: BackendProblem[] = [];
  const problems: RuleProblem[] = [];
  const drafts: { ranked: RankedRoute; redirect?: RedirectDraft }[] = [];
  for (const [ruleIndex, rule] of (route.spec.rules ?? []).entries()) {
    const field = `spec.rules[${ruleIndex}]`;
    const filters = compileFilters(object, `${field}.filters`, rule.filters ?? [], "rule");
    const backends = compileBackends(
      lookups,
      scope,
      { object, namespace },
      `${field}.backendRefs`,
      rule.backendRefs ?? [],
    );
    const timeout = readTimeout(rule, field);
    const found = [
      ...filters.problems,
      ...backends.problems,
      ...timeout.problems,
      ...prefixProblems(rule, filters, field),
    ];
    references.push(...backends.references);
    unresolved.push(...backends.unresolved);
    problems.push(...found);
    const action = decide(found.length > 0, filters, backends.backends, timeout.timeoutMs);
    const edits = action.type === "respond" ? {} : headerEdits(filters);
    const matches = rule.matches === undefined || rule.matches.length === 0 ? [{}] : rule.matches;
    for (const [matchIndex, spec] of matches.entries()) {
      const at = rule.matches?.length ? `${field}.matches[${matchIndex}]` : field;
      const match = compileMatch(object, at, spec);
      const name = `HTTPRoute/${namespace}/${route.metadata.name}/${ruleIndex}/${matchIndex}`;
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
function decide(
  broken: boolean,
  { redirect, rewrite }: CompiledFilters,
  backends: readonly WeightedBackend[],
  timeoutMs: number | undefined,
): RouteAction {
  if (broken) return { type: "respond", status: 500, body: "" };
  if (redirect !== undefined) return redirect;
  const usable = backends.some(({ backend, weight }) => backend !== undefined && weight > 0);
  if (!usable) return { type: "respond", status: 500, body: "" };
  return {
    type: "forward",
    backends,
    ...(rewrite && { rewrite }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function headerEdits({ requestHeaders, responseHeaders }: CompiledFilters): {
  requestHeaders?: HeaderEdits;
  responseHeaders?: HeaderEdits;
} {
  return { ...(requestHeaders && { requestHeaders }), ...(responseHeaders && { responseHeaders }) };
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

// Without retries one try is the whole request, so the smaller of the two limits holds; zero is no limit.
function readTimeout(
  { timeouts }: HTTPRouteRule,
  field: string,
): { readonly timeoutMs?: number; readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const limits: number[] = [];
  for (const name of ["request", "backendRequest"] as const) {
    const text = timeouts?.[name];
    if (text === undefined) continue;
    const ms = parseDurationMs(text);
    if (ms !== undefined) limits.push(ms);
    else problems.push({ reason: "UnsupportedValue", message: `${field}.timeouts.${name}: ${text} is not a duration` });
  }
  if (limits.length === 0) return { problems };
  const finite = limits.filter((ms) => ms > 0);
  return { timeoutMs: finite.length === 0 ? 0 : Math.min(...finite), problems };
}

function prefixProblems(rule: HTTPRouteRule, filters: CompiledFilters, field: string): RuleProblem[] {
  if (!replacesPrefix(filters)) return [];
  const wrong = (rule.matches ?? []).findIndex(({ path }) => (path?.type ?? "PathPrefix") !== "PathPrefix");
  if (wrong < 0) return [];
  const message = `${field}.filters: ReplacePrefixMatch needs a PathPrefix match, which ${field}.matches[${wrong}] is not`;
  return [{ reason: "IncompatibleFilters", message }];
}
