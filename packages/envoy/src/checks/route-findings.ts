import type {
  CorsPolicy,
  ForwardAction,
  HeaderEdits,
  Origin,
  RedirectAction,
  Rewrite,
  Route,
  ValueMatch,
} from "@fairlead/mesh-model";
import type { Finding } from "./finding.ts";
import { checkEditableHeaderName, checkHeaderName, checkHeaderValue } from "./header.ts";
import { checkHost } from "./host.ts";
import { checkMatchValue, checkMethod, checkParamName } from "./match-value.ts";
import { checkPath, checkReplacementPath } from "./path.ts";
import { checkRegex } from "./regex.ts";
import { checkText } from "./text.ts";

/** What is wrong with a route. */
export interface RouteFindings {
  /** In its match: the route cannot be told from others and is left out. */
  readonly match: readonly Finding[];
  /** In what it does: the requests it matches are answered 500. */
  readonly action: readonly Finding[];
}

/** Envoy's default limit for an answer without a backend. */
const MAX_BODY_BYTES = 4096;

/** Everything in `route` that Envoy would refuse. */
export function routeFindings(route: Route): RouteFindings {
  return { match: [...matchFindings(route)], action: [...actionFindings(route)] };
}

function* matchFindings({ match, origin }: Route): Generator<Finding> {
  const { path, method } = match;
  yield* at(path.origin, path.value, path.type === "regex" ? checkRegex(path.value) : checkPath(path.value));
  if (method !== undefined) yield* at(origin, method, checkMethod(method));
  for (const header of match.headers) {
    yield* at(header.origin, header.name, checkHeaderName(header.name));
    yield* valueFindings(header);
  }
  for (const param of match.queryParams) {
    yield* at(param.origin, param.name, checkParamName(param.name));
    yield* valueFindings(param);
  }
}

function* valueFindings({ type, value, origin }: ValueMatch): Generator<Finding> {
  yield* at(origin, value, type === "regex" ? checkRegex(value) : checkMatchValue(value));
}

function* actionFindings(route: Route): Generator<Finding> {
  yield* editFindings(route.requestHeaders);
  yield* editFindings(route.responseHeaders);
  yield* corsFindings(route.cors);
  const { action, origin } = route;
  switch (action.type) {
    case "forward":
      return yield* forwardFindings(action, origin);
    case "redirect":
      return yield* redirectFindings(action, origin);
    case "respond":
      return yield* at(origin, action.body, checkText(action.body, MAX_BODY_BYTES));
  }
}

function* forwardFindings({ backends, rewrite }: ForwardAction, origin: Origin): Generator<Finding> {
  for (const backend of backends) {
    yield* editFindings(backend.requestHeaders);
    yield* editFindings(backend.responseHeaders);
    yield* rewriteFindings(backend.rewrite, backend.origin);
  }
  yield* rewriteFindings(rewrite, origin);
}

function* rewriteFindings(rewrite: Rewrite | undefined, origin: Origin): Generator<Finding> {
  if (rewrite?.host !== undefined) yield* at(origin, rewrite.host, checkHost(rewrite.host));
  if (rewrite?.path) yield* at(origin, rewrite.path.value, checkReplacementPath(rewrite.path.value, rewrite.path.type));
}

function* redirectFindings({ host, path }: RedirectAction, origin: Origin): Generator<Finding> {
  if (host !== undefined) yield* at(origin, host, checkHost(host));
  if (path !== undefined) yield* at(origin, path.value, checkReplacementPath(path.value, path.type));
}

function* corsFindings(cors: CorsPolicy | undefined): Generator<Finding> {
  if (cors === undefined) return;
  for (const name of [...cors.allowMethods, ...cors.allowHeaders, ...cors.exposeHeaders]) {
    // `*` is a name by its grammar.
    yield* at(cors.origin, name, checkHeaderName(name));
  }
}

function* editFindings(edits: HeaderEdits | undefined): Generator<Finding> {
  if (edits === undefined) return;
  for (const { name, value, origin } of [...edits.set, ...edits.add]) {
    yield* at(origin, name, checkEditableHeaderName(name));
    yield* at(origin, value, checkHeaderValue(value));
  }
  for (const { name, origin } of edits.remove) yield* at(origin, name, checkEditableHeaderName(name));
}

function* at(origin: Origin, value: string, reason: string | undefined): Generator<Finding> {
  if (reason !== undefined) yield { origin, value, reason };
}
