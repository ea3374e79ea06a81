import { backendReference, grpcRouteFilters, httpRouteFilters } from "./route-filter-schema.ts";
import { closed, conditions, list, listBy, nonEmpty, object, oneOf, port, type Schema, text } from "./schema.ts";

const valueMatch = (maxLength: number) =>
  listBy(
    ["name"],
    closed(
      { type: oneOf("Exact", "RegularExpression"), name: nonEmpty, value: { type: "string", minLength: 1, maxLength } },
      "name",
      "value",
    ),
    { maxItems: 16 },
  );
const httpMatch = closed({
  path: closed({ type: oneOf("Exact", "PathPrefix", "RegularExpression"), value: { type: "string", maxLength: 1024 } }),
  headers: valueMatch(4096),
  queryParams: valueMatch(1024),
  method: oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
});
const grpcMatch = closed({
  method: closed({
    type: oneOf("Exact", "RegularExpression"),
    service: { type: "string", maxLength: 1024 },
    method: { type: "string", maxLength: 1024 },
  }),
  headers: valueMatch(4096),
});
const backendRefs = (filters: Schema) =>
  list(closed({ ...backendReference, weight: { type: "integer", minimum: 0, maximum: 1_000_000 }, filters }, "name"), {
    maxItems: 16,
  });
const sessionPersistence = closed({
  type: oneOf("Cookie", "Header"),
  absoluteTimeout: text,
  cookie: closed({
    name: nonEmpty,
    path: { type: "string", maxLength: 1024 },
    lifetimeType: oneOf("Permanent", "Session"),
  }),
  header: closed({ name: nonEmpty }, "name"),
});
const rule = (match: Schema, filters: Schema, more: Readonly<Record<string, Schema>> = {}) =>
  closed({
    name: nonEmpty,
    matches: list(match, { maxItems: 64 }),
    filters,
    backendRefs: backendRefs(filters),
    sessionPersistence,
    ...more,
  });
const httpRule = rule(httpMatch, httpRouteFilters, {
  timeouts: closed({ request: text, backendRequest: text }),
  retry: closed({
    codes: { type: "array", set: true, items: { type: "integer", minimum: 400, maximum: 599 } },
    attempts: { type: "integer", minimum: 0 },
    backoff: text,
  }),
});
const parentRef = closed(
  { group: text, kind: nonEmpty, namespace: nonEmpty, name: nonEmpty, sectionName: nonEmpty, port },
  "name",
);
const status = object(
  {
    parents: list(object({ parentRef, controllerName: nonEmpty, conditions }, "parentRef", "controllerName"), {
      maxItems: 32,
    }),
  },
  "parents",
);
const spec = (rules: Schema) =>
  closed({
    parentRefs: list(parentRef, { maxItems: 32 }),
    hostnames: list(nonEmpty, { maxItems: 16 }),
    useDefaultGateways: oneOf("All", "None"),
    rules,
  });

/** Schemas of the kinds of routes: `spec` and `status`. Source: the CRDs of Gateway API v1.7, both channels. */
export const routeSchemas = {
  HTTPRoute: { spec: spec(list(httpRule, { minItems: 1, maxItems: 16 })), status },
  GRPCRoute: { spec: spec(list(rule(grpcMatch, grpcRouteFilters), { maxItems: 16 })), status },
} as const satisfies Record<string, { spec: Schema; status?: Schema }>;
