import type { CorsPolicy, ForwardAction, Route, RouteMatch } from "@fairlead/mesh-model";
import { corsConfig, PREFLIGHT } from "./cors.ts";
import type { Fields } from "./extension.ts";
import type { RouteMatchSchema, RouteSchema } from "./gen/envoy/config/route/v3/route_components_pb.js";
import type { StringMatcherSchema } from "./gen/envoy/type/matcher/v3/string_pb.js";
import { FractionalPercent_DenominatorType } from "./gen/envoy/type/v3/percent_pb.js";
import { headerFields } from "./header-edits.ts";
import { forward, hasOwnEdits } from "./route-forward.ts";
import { routeMatch } from "./route-match.ts";
import { redirect } from "./route-redirect.ts";
import { MILLION, slices } from "./weights.ts";

type EnvoyRoute = Fields<typeof RouteSchema>;

/**
 * Envoy's routes for one of ours, all under its name: one, or several when shares of its requests are treated apart; with a
 * CORS policy and a method, one more for the preflight requests that ask for this method; with one that allows all
 * headers, one more for those that ask for none.
 */
export function translateRoute(route: Route, tableHost: string): EnvoyRoute[] {
  const routes = translateAction(route, tableHost);
  return route.cors === undefined ? routes : [...preflights(route.match, route.cors, routes), ...routes];
}

function translateAction(route: Route, tableHost: string): EnvoyRoute[] {
  const base = {
    name: route.name,
    match: routeMatch(route.match),
    ...headerFields(route.requestHeaders, route.responseHeaders),
    ...corsConfig(route.cors),
  };
  switch (route.action.type) {
    case "forward":
      return forwardRoutes(base, route.action, route);
    case "redirect":
      return [{ ...base, action: { case: "redirect", value: redirect(route.action, route.match.path, tableHost) } }];
    case "respond":
      return [{ ...base, action: answer(route.action.status, route.action.body) }];
  }
}

/** Answers every request that `route` matches with 500: what its author meant cannot be done. */
export function brokenRoute(route: Route): EnvoyRoute {
  return { name: route.name, match: routeMatch(route.match), action: answer(500, "") };
}

/** Answers without a backend. */
export function answer(status: number, body: string): EnvoyRoute["action"] & object {
  return {
    case: "directResponse",
    value: body === "" ? { status } : { status, body: { specifier: { case: "inlineString", value: body } } },
  };
}

// The CORS filter answers, but only where a request would be forwarded: so the action stays, undivided.
function preflights(match: RouteMatch, cors: CorsPolicy, routes: readonly EnvoyRoute[]): EnvoyRoute[] {
  const asked = routeMatch({ ...match, method: "OPTIONS" });
  // A route that takes the preflight request itself does so whatever it asks for.
  const takesItself = match.method === undefined || match.method === "OPTIONS";
  const headers = [
    ...(asked.headers ?? []),
    // An empty origin is none: the CORS filter would let the request through to the backend.
    headerLike(PREFLIGHT.origin, NOT_EMPTY),
    headerLike(PREFLIGHT.method, takesItself ? NOT_EMPTY : { case: "exact", value: match.method ?? "" }),
  ];
  return routes.slice(-1).flatMap((route) => [
    // To name the headers that nobody asks for, the filter would write a header without a value.
    ...(cors.allowHeaders.includes("*")
      ? [
          {
            ...route,
            match: { ...asked, headers: [...headers, NO_HEADERS_ASKED] },
            ...corsConfig({ ...cors, allowHeaders: [] }),
          },
        ]
      : []),
    ...(match.method === undefined ? [] : [{ ...route, match: { ...asked, headers } }]),
  ]);
}

type Pattern = NonNullable<Fields<typeof StringMatcherSchema>["matchPattern"]>;

const NOT_EMPTY: Pattern = { case: "safeRegex", value: { regex: ".+" } };

const NO_HEADERS_ASKED = {
  ...headerLike(PREFLIGHT.headers, { case: "exact", value: "" }),
  treatMissingHeaderAsEmpty: true,
};

function headerLike(name: string, matchPattern: Pattern) {
  return { name, headerMatchSpecifier: { case: "stringMatch" as const, value: { matchPattern } } };
}

function forwardRoutes(
  base: EnvoyRoute & { match: Fields<typeof RouteMatchSchema> },
  action: ForwardAction,
  route: Route,
): EnvoyRoute[] {
  return slices(action).map((slice) => {
    const act: EnvoyRoute["action"] & object =
      slice.shares.length === 0
        ? answer(action.invalidStatus ?? 500, "")
        : { case: "route", value: forward(action, route, slice) };
    // Where backends have edits of their own, those of the route are among them.
    const headers = hasOwnEdits(slice) ? headerFields(undefined, undefined) : {};
    if (slice.to === MILLION) return { ...base, ...headers, action: act };
    // Every route of a lookup sees the same random number, so each takes what those before it have left.
    const defaultValue = { numerator: slice.to, denominator: FractionalPercent_DenominatorType.MILLION };
    return { ...base, ...headers, match: { ...base.match, runtimeFraction: { defaultValue } }, action: act };
  });
}
