import fc from "fast-check";
import type { MeshObject } from "./mesh-object.ts";
import {
  ages,
  grpcMethods,
  grpcServices,
  headerNames,
  headerValues,
  hosts,
  methods,
  namespaces,
  paramNames,
  paramValues,
  pathPatterns,
  routePaths,
  valuePatterns,
} from "./vocabulary.ts";

const pathMatch = fc.oneof(
  fc.record({ type: fc.constantFrom("PathPrefix", "Exact"), value: routePaths }),
  fc.record({ type: fc.constant("RegularExpression"), value: pathPatterns }),
);

const valueMatch = (names: fc.Arbitrary<string>, values: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.record({ name: names, value: values }),
    fc.record({ type: fc.constant("RegularExpression"), name: names, value: valuePatterns }),
  );

const match = fc.record(
  {
    path: pathMatch,
    method: methods,
    headers: fc.array(valueMatch(headerNames, headerValues), { maxLength: 2 }),
    queryParams: fc.array(valueMatch(paramNames, paramValues), { maxLength: 2 }),
  },
  { requiredKeys: ["path"] },
);

const editedNames = fc.constantFrom("x-a", "X-B", "x-new", "x-c");
const written = fc.record({ name: editedNames, value: fc.constantFrom("s", "t", "", "%REQ(:PATH)%", "u, v") });
const edits = fc.record(
  {
    set: fc.uniqueArray(written, { maxLength: 2, selector: ({ name }) => name.toLowerCase() }),
    add: fc.uniqueArray(written, { maxLength: 2, selector: ({ name }) => name.toLowerCase() }),
    remove: fc.uniqueArray(editedNames, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const replacement = fc.constantFrom("/", "/new", "/new/", "/one", "", "/n/m", "/\\1", "/%41");
const prefixReplacement = replacement.map((value) => ({ type: "ReplacePrefixMatch", replacePrefixMatch: value }));
const fullReplacement = replacement.map((value) => ({ type: "ReplaceFullPath", replaceFullPath: value }));
const anyReplacement = fc.oneof(prefixReplacement, fullReplacement);
const newHost = fc.constantFrom("new.test", "y.test");

const requestEdits = edits.map((value) => ({ type: "RequestHeaderModifier", requestHeaderModifier: value }));
const responseEdits = edits.map((value) => ({ type: "ResponseHeaderModifier", responseHeaderModifier: value }));
const rewrite = fc
  .record({ hostname: newHost, path: anyReplacement }, { requiredKeys: [] })
  .map((value) => ({ type: "URLRewrite", urlRewrite: value }));
const redirect = fc
  .record(
    {
      scheme: fc.constantFrom("http", "https"),
      hostname: newHost,
      port: fc.constantFrom(80, 443, 8443),
      path: anyReplacement,
      statusCode: fc.constantFrom(302, 301, 303, 307, 308),
    },
    { requiredKeys: [] },
  )
  .map((value) => ({ type: "RequestRedirect", requestRedirect: value }));

/** Origins of pages. */
export const origins = fc.constantFrom("http://x.test", "https://x.test", "https://q.x.test:8443", "null", "");

const cors = fc
  .record(
    {
      allowOrigins: fc.array(
        fc.constantFrom("http://x.test", "https://*.test", "*", "https://*.x.test:8443", "http://*"),
        { minLength: 1, maxLength: 2 },
      ),
      allowMethods: fc.constantFrom(["*"], ["GET", "POST"]),
      allowHeaders: fc.constantFrom(["*"], ["x-a", "x-b"]),
      exposeHeaders: fc.constantFrom(["*"], ["x-c"]),
      allowCredentials: fc.boolean(),
      maxAge: fc.constantFrom(10, 0),
    },
    { requiredKeys: [] },
  )
  .map((value) => ({ type: "CORS", cors: value }));

const mirror = fc.constantFrom(100, 50, 0).map((percent) => ({
  type: "RequestMirror",
  requestMirror: { backendRef: { name: "s3", port: 80 }, percent },
}));

const filterSet = (optional: readonly fc.Arbitrary<{ readonly type: string }>[]) =>
  fc
    .tuple(...optional.map((filter) => fc.option(filter, { nil: undefined, freq: 3 })))
    .map((filters) => filters.filter((filter) => filter !== undefined));

const ruleFilters = fc.oneof(
  { weight: 3, arbitrary: filterSet([requestEdits, responseEdits, rewrite, cors, mirror]) },
  { weight: 1, arbitrary: filterSet([responseEdits]).chain((others) => redirect.map((one) => [one, ...others])) },
);

const backendRef = fc
  .record({
    name: fc.constantFrom("s1", "s2", "s3", "empty", "gone"),
    namespace: fc.option(namespaces, { nil: undefined, freq: 2 }),
    weight: fc.constantFrom(1, 0, 3),
    filters: filterSet([requestEdits, responseEdits, rewrite, mirror]),
  })
  .map((ref) => ({ ...ref, port: 80 }));

const grpcMethodMatch = fc.oneof(
  fc.record({ service: grpcServices, method: grpcMethods }, { requiredKeys: ["service"] }),
  fc.record({ method: grpcMethods }),
  fc.record({
    type: fc.constant("RegularExpression"),
    service: fc.constantFrom("o.*", "one|two", "one\\.two"),
    method: fc.constantFrom(".*", "[A-Z].*", "two|one"),
  }),
);

const grpcRule = fc.record({
  matches: fc.array(
    fc.record(
      { method: grpcMethodMatch, headers: fc.array(valueMatch(headerNames, headerValues), { maxLength: 2 }) },
      { requiredKeys: [] },
    ),
    { maxLength: 3 },
  ),
  filters: filterSet([requestEdits, responseEdits, mirror]),
  backendRefs: fc.array(
    backendRef.map((ref) => ({ ...ref, filters: ref.filters.filter(({ type }) => type !== "URLRewrite") })),
    { maxLength: 3 },
  ),
});

const rule = fc.record({
  matches: fc.array(match, { maxLength: 3 }),
  filters: ruleFilters,
  backendRefs: fc.array(backendRef, { maxLength: 3 }),
});

const parentRef = fc.record({
  name: fc.constantFrom("g1", "g2"),
  namespace: namespaces,
  sectionName: fc.option(fc.constantFrom("l0", "l1"), { nil: undefined, freq: 2 }),
});

const routeOf = (kind: "HTTPRoute" | "GRPCRoute", rules: fc.Arbitrary<unknown>) =>
  fc
    .record({
      name: fc.constantFrom("r1", "r2", "r3", "r4"),
      namespace: namespaces,
      creationTimestamp: ages,
      parentRefs: fc.array(parentRef, { minLength: 1, maxLength: 3 }),
      hostnames: fc.array(hosts, { maxLength: 3 }),
      rules: fc.array(rules, { minLength: 1, maxLength: 3 }),
    })
    .map(
      ({ parentRefs, hostnames, rules: written, ...metadata }): MeshObject => ({
        apiVersion: "gateway.networking.k8s.io/v1",
        kind,
        metadata,
        spec: { parentRefs, hostnames, rules: written },
      }),
    );

/** HTTPRoutes, most of them on some Gateway. */
export const httpRoutes = fc.uniqueArray(routeOf("HTTPRoute", rule), {
  minLength: 1,
  maxLength: 6,
  selector: identity,
});

/** GRPCRoutes beside them, on the same Gateways and hosts. */
export const grpcRoutes = fc.uniqueArray(routeOf("GRPCRoute", grpcRule), { maxLength: 4, selector: identity });

function identity({ metadata: { namespace, name } }: MeshObject): string {
  return `${namespace}/${name}`;
}
