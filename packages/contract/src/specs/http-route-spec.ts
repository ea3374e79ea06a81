import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { backendReferenceShape, checkBackendPort } from "./backend-reference.ts";
import { duration, durationMs } from "./duration.ts";
import { headerName, headerValue } from "./header-modifier.ts";
import { httpRouteFilters, replacesPrefix } from "./http-route-filters.ts";
import { dnsSubdomain, hostname } from "./kubernetes-names.ts";
import { parentReferences } from "./parent-references.ts";
import { checkRules } from "./route-rules.ts";
import { sessionPersistence } from "./session-persistence.ts";
import { uniqueItems } from "./unique-items.ts";

/** What an Exact or PathPrefix path may not contain. Source: the CRD's rules. */
const FORBIDDEN_IN_PATH = ["//", "/./", "/../", "%2f", "%2F", "#"];

const path = strictObject({
  type: z.enum(["Exact", "PathPrefix", "RegularExpression"]).optional(),
  value: z.string().max(1024).optional(),
}).superRefine((match, context) => {
  const value = match.value ?? "/";
  if (match.type === "RegularExpression") return;
  const say = (message: string) => context.addIssue({ code: "custom", path: ["value"], message });
  if (!value.startsWith("/")) return say("must start with /");
  const forbidden = FORBIDDEN_IN_PATH.find((part) => value.includes(part));
  if (forbidden !== undefined) return say(`must not contain ${forbidden}`);
  if (/\/\.\.?$/.test(value)) return say("must not end with /. or /..");
  if (!/^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(value)) say("must be a path as RFC 3986 spells it");
});

const valueMatchType = z.enum(["Exact", "RegularExpression"]).optional();
const headerMatch = strictObject({ type: valueMatchType, name: headerName, value: headerValue });
const queryMatch = strictObject({ type: valueMatchType, name: headerName, value: z.string().min(1).max(1024) });

const match = strictObject({
  path: path.optional(),
  headers: z.array(headerMatch).max(16).superRefine(uniqueItems("name")).optional(),
  queryParams: z.array(queryMatch).max(16).superRefine(uniqueItems("name")).optional(),
  method: z.enum(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]).optional(),
});

const backend = strictObject({
  ...backendReferenceShape,
  weight: z.int().min(0).max(1_000_000).optional(),
  filters: httpRouteFilters.optional(),
}).superRefine(checkBackendPort);

const timeouts = strictObject({ request: duration.optional(), backendRequest: duration.optional() }).superRefine(
  ({ request, backendRequest }, context) => {
    if (request === undefined || backendRequest === undefined || durationMs(request) === 0) return;
    if (durationMs(backendRequest) <= durationMs(request)) return;
    const message = `must not be longer than request, which is ${request}`;
    context.addIssue({ code: "custom", path: ["backendRequest"], message });
  },
);

const retry = strictObject({
  codes: z.array(z.int().min(400).max(599)).superRefine(uniqueItems()).optional(),
  attempts: z.int().min(0).optional(),
  backoff: duration.optional(),
});

const rule = strictObject({
  name: dnsSubdomain.min(1).optional(),
  matches: z.array(match).max(64).optional(),
  filters: httpRouteFilters.optional(),
  backendRefs: z.array(backend).max(16).optional(),
  timeouts: timeouts.optional(),
  retry: retry.optional(),
  sessionPersistence: sessionPersistence.optional(),
}).superRefine((value, context) => {
  const backends = value.backendRefs ?? [];
  const say = (where: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path: where, message });
  if (backends.length > 0 && value.filters?.some((filter) => filter.type === "RequestRedirect")) {
    say(["backendRefs"], "must be absent beside a RequestRedirect filter");
  }
  const [only, ...others] = value.matches ?? [{}];
  const onePrefix = others.length === 0 && only !== undefined && (only.path?.type ?? "PathPrefix") === "PathPrefix";
  if (!onePrefix && [value.filters ?? [], ...backends.map((one) => one.filters ?? [])].some(replacesPrefix)) {
    say(["matches"], "must be exactly one PathPrefix match when a filter has ReplacePrefixMatch");
  }
});

/**
 * The spec of an HTTPRoute. Source: `gateway.networking.k8s.io/v1` as in Gateway API v1.7, both channels, with its
 * CRD's limits and rules. Patterns are not compiled here: nodes judge them and say so.
 */
export const httpRouteSpec = strictObject({
  parentRefs: parentReferences.optional(),
  hostnames: z.array(hostname).max(16).optional(),
  useDefaultGateways: z.enum(["All", "None"]).optional(),
  // API servers fill in a match of every path where a rule has none.
  rules: z.array(rule).min(1).max(16).superRefine(checkRules(1)).optional(),
}).openapi("HTTPRouteSpec");
