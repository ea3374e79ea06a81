import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { backendReferenceShape, hasPort, headerName, httpRouteFilters, replacesPrefix } from "./http-route-filters.ts";
import {
  apiGroup,
  dnsLabel,
  dnsSubdomain,
  duration,
  hostname,
  objectKind,
  objectName,
  portNumber,
} from "./kubernetes-names.ts";

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
const headerMatch = strictObject({ type: valueMatchType, name: headerName, value: z.string().min(1).max(4096) });
const queryMatch = strictObject({ type: valueMatchType, name: headerName, value: z.string().min(1).max(1024) });

const match = strictObject({
  path: path.optional(),
  headers: z.array(headerMatch).max(16).optional(),
  queryParams: z.array(queryMatch).max(16).optional(),
  method: z.enum(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]).optional(),
});

const backend = strictObject({
  ...backendReferenceShape,
  weight: z.int().min(0).max(1_000_000).optional(),
  filters: httpRouteFilters.optional(),
}).refine(hasPort, { message: "is required for a Service", path: ["port"] });

const rule = strictObject({
  name: dnsSubdomain.min(1).optional(),
  matches: z.array(match).max(64).optional(),
  filters: httpRouteFilters.optional(),
  backendRefs: z.array(backend).max(16).optional(),
  timeouts: strictObject({ request: duration.optional(), backendRequest: duration.optional() }).optional(),
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

const parent = strictObject({
  group: apiGroup.optional(),
  kind: objectKind.optional(),
  namespace: dnsLabel.optional(),
  name: objectName,
  sectionName: dnsSubdomain.min(1).optional(),
  port: portNumber.optional(),
});

/** The spec of an HTTPRoute. Source: `gateway.networking.k8s.io/v1`, standard channel, with its CRD's limits and rules. Patterns are not compiled here: nodes judge them and say so. */
export const httpRouteSpec = strictObject({
  parentRefs: z.array(parent).max(32).optional(),
  hostnames: z.array(hostname).max(16).optional(),
  rules: z.array(rule).min(1).max(16).optional(),
})
  .superRefine((value, context) => {
    const say = (where: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path: where, message });
    const matches = (value.rules ?? []).reduce((sum, one) => sum + (one.matches?.length ?? 1), 0);
    if (matches > 128) say(["rules"], `must have at most 128 matches in all; these have ${matches}`);
    const names = new Set<string>();
    for (const [index, { name }] of (value.rules ?? []).entries()) {
      if (name !== undefined && names.has(name)) say(["rules", index, "name"], "must be unique within the route");
      if (name !== undefined) names.add(name);
    }
    const parents = new Set<string>();
    for (const [index, one] of (value.parentRefs ?? []).entries()) {
      const key = JSON.stringify([one.group, one.kind, one.namespace, one.name, one.sectionName, one.port]);
      if (parents.has(key)) say(["parentRefs", index], "must be unique; an earlier item is the same");
      parents.add(key);
    }
  })
  .openapi("HTTPRouteSpec");
