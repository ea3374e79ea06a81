import type { z } from "@hono/zod-openapi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { describeProblem, fieldProblems } from "../field-problems.ts";
import { gatewaySpec } from "./gateway-spec.ts";
import { httpRouteSpec } from "./http-route-spec.ts";
import { ingressSpec } from "./ingress-spec.ts";

/** What is said of a spec written in YAML; nothing when it is valid. */
function problems(schema: z.ZodType, yaml: string): string[] {
  const value: unknown = parse(yaml);
  const result = schema.safeParse(value);
  return result.success ? [] : fieldProblems(result.error, value, "spec.").map(describeProblem);
}

const rule = (yaml: string) => `rules: [{ ${yaml} }]`;
const listener = (yaml: string) => `{ gatewayClassName: fairlead, listeners: [{ name: a, ${yaml} }] }`;

describe("HTTPRoute", () => {
  test.each([
    [
      "everything of a rule",
      rule(
        "name: r, matches: [{ path: { type: RegularExpression, value: '/(' }, method: GET, headers: [{ name: X, type: RegularExpression, value: '[' }] }], timeouts: { request: 1h30m, backendRequest: 10s }, filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: Host, value: x }], remove: [a] } }, { type: URLRewrite, urlRewrite: { path: { type: ReplaceFullPath, replaceFullPath: /x } } }], backendRefs: [{ name: a, port: 80, weight: 0 }]",
      ),
    ],
    [
      "a redirect alone",
      rule("filters: [{ type: RequestRedirect, requestRedirect: { scheme: https, statusCode: 308, port: 8443 } }]"),
    ],
    [
      "a prefix replacement with the default match",
      rule(
        "filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }]",
      ),
    ],
    ["a backend that is no Service without port", rule("backendRefs: [{ group: example.com, kind: Bucket, name: a }]")],
  ])("%s is valid", (_name, yaml) => expect(problems(httpRouteSpec, yaml)).toEqual([]));

  test.each([
    ["ruless: []", "spec.ruless: unknown field; did you mean rules?"],
    [rule("matches: [{ pathh: {} }]"), "spec.rules[0].matches[0].pathh: unknown field; did you mean path?"],
    ["rules: []", "spec.rules: must have at least 1 item (got [])"],
    ["rules: {}", "spec.rules: must be a list (got {})"],
    [
      "hostnames: [WWW.example.com]",
      'spec.hostnames[0]: must be a lower-case host name such as www.example.com or *.example.com (got "WWW.example.com")',
    ],
    [
      "hostnames: ['*.*.example.com']",
      'spec.hostnames[0]: must be a lower-case host name such as www.example.com or *.example.com (got "*.*.example.com")',
    ],
    ["hostnames: [10.0.0.1]", 'spec.hostnames[0]: must be a host name, not an IP address (got "10.0.0.1")'],
    [
      "parentRefs: [{ name: a }, { name: a }]",
      'spec.parentRefs[1]: must be unique; an earlier item is the same (got {"name":"a"})',
    ],
    [rule("matches: [{ path: { value: foo } }]"), 'spec.rules[0].matches[0].path.value: must start with / (got "foo")'],
    [
      rule("matches: [{ path: { value: /a//b } }]"),
      'spec.rules[0].matches[0].path.value: must not contain // (got "/a//b")',
    ],
    [
      rule("matches: [{ path: { value: /a/.. } }]"),
      'spec.rules[0].matches[0].path.value: must not end with /. or /.. (got "/a/..")',
    ],
    [
      rule("matches: [{ path: { type: Exact, value: '/a b' } }]"),
      'spec.rules[0].matches[0].path.value: must be a path as RFC 3986 spells it (got "/a b")',
    ],
    [
      rule("matches: [{ path: { type: Prefix, value: / } }]"),
      'spec.rules[0].matches[0].path.type: must be one of Exact, PathPrefix, RegularExpression (got "Prefix")',
    ],
    [
      rule("matches: [{ headers: [{ name: 'a b', value: x }] }]"),
      'spec.rules[0].matches[0].headers[0].name: must be a header name: letters, digits and !#$%&\'*+-.^_`|~ (got "a b")',
    ],
    [rule("backendRefs: [{ name: a }]"), "spec.rules[0].backendRefs[0].port: is required for a Service"],
    [
      rule("backendRefs: [{ name: a, port: 70000 }]"),
      "spec.rules[0].backendRefs[0].port: must be at most 65535 (got 70000)",
    ],
    [rule("backendRefs: [{ name: a, port: '80' }]"), 'spec.rules[0].backendRefs[0].port: must be a number (got "80")'],
    [
      rule("backendRefs: [{ name: a, port: 80, weight: -1 }]"),
      "spec.rules[0].backendRefs[0].weight: must be at least 0 (got -1)",
    ],
    [rule("timeouts: { request: 10 }"), "spec.rules[0].timeouts.request: must be a string (got 10)"],
    [rule("filters: [{ type: URLRewrite }]"), "spec.rules[0].filters[0].urlRewrite: is required for type URLRewrite"],
    [
      rule("filters: [{ type: URLRewrite, urlRewrite: {}, requestRedirect: {} }]"),
      "spec.rules[0].filters[0].requestRedirect: must be absent for type URLRewrite (got {})",
    ],
    [
      rule("filters: [{ type: RequestRedirect, requestRedirect: {} }], backendRefs: [{ name: a, port: 80 }]"),
      'spec.rules[0].backendRefs: must be absent beside a RequestRedirect filter (got [{"name":"a","port":80}])',
    ],
    [
      rule("filters: [{ type: RequestRedirect, requestRedirect: {} }, { type: URLRewrite, urlRewrite: {} }]"),
      'spec.rules[0].filters[1]: URLRewrite must not be combined with RequestRedirect (got {"type":"URLRewrite","urlRewrite":{}})',
    ],
    [
      rule(
        "matches: [{ path: { type: Exact, value: /a } }], filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }]",
      ),
      'spec.rules[0].matches: must be exactly one PathPrefix match when a filter has ReplacePrefixMatch (got [{"path":{"type":"Exact","value":"/a"}}])',
    ],
    ["rules: [{ name: a }, { name: a }]", 'spec.rules[1].name: must be unique within the route (got "a")'],
  ])("%s", (yaml, expected) => expect(problems(httpRouteSpec, yaml)).toEqual([expected]));

  test("at most 16 rules, 64 matches in one, 128 in all", () => {
    const many = (rules: number, matches: number) => ({
      rules: Array.from({ length: rules }, () => ({ matches: Array.from({ length: matches }, () => ({})) })),
    });
    expect(problems(httpRouteSpec, JSON.stringify(many(2, 64)))).toEqual([]);
    expect(problems(httpRouteSpec, JSON.stringify(many(17, 1)))[0]).toMatch(/^spec\.rules: must have at most 16 items/);
    expect(problems(httpRouteSpec, JSON.stringify(many(1, 65)))[0]).toMatch(
      /^spec\.rules\[0\]\.matches: must have at most 64 items/,
    );
    expect(problems(httpRouteSpec, JSON.stringify(many(3, 43)))[0]).toMatch(
      /^spec\.rules: must have at most 128 matches in all; these have 129/,
    );
  });
});

describe("Gateway", () => {
  test.each([
    [
      "HTTP",
      listener(
        "port: 80, protocol: HTTP, hostname: '*.example.com', allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { a: b } } }, kinds: [{ kind: HTTPRoute }] }",
      ),
    ],
    ["HTTPS", listener("port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: c, namespace: certs }] }")],
  ])("%s is valid", (_name, yaml) => expect(problems(gatewaySpec, yaml)).toEqual([]));

  test.each([
    ["gatewayClassName: a", "spec.listeners: is required"],
    ["listeners: [{ name: a, port: 80, protocol: HTTP }]", "spec.gatewayClassName: is required"],
    [
      listener("port: 80, protocol: HTTP, tls: { certificateRefs: [{ name: c }] }"),
      'spec.listeners[0].tls: must be absent for protocol HTTP; did you mean protocol HTTPS? (got {"certificateRefs":[{"name":"c"}]})',
    ],
    [
      listener("port: 443, protocol: HTTPS, tls: {}"),
      "spec.listeners[0].tls.certificateRefs: must name at least one certificate when mode is Terminate",
    ],
    [
      listener("port: 443, protocol: HTTPS, tls: { mode: Passthrough }"),
      'spec.listeners[0].tls.mode: must be Terminate for protocol HTTPS; Passthrough goes with protocol TLS (got "Passthrough")',
    ],
    [listener("port: 0, protocol: HTTP"), "spec.listeners[0].port: must be at least 1 (got 0)"],
    [
      listener("port: 80, protocol: HTTP, hostname: 10.0.0.1"),
      'spec.listeners[0].hostname: must be a host name, not an IP address (got "10.0.0.1")',
    ],
    [
      "{ gatewayClassName: f, listeners: [{ name: a, port: 80, protocol: HTTP }, { name: a, port: 81, protocol: HTTP }] }",
      'spec.listeners[1].name: must be unique; listeners[0] has it too (got "a")',
    ],
    [
      "{ gatewayClassName: f, listeners: [{ name: a, port: 80, protocol: HTTP }, { name: b, port: 80, protocol: HTTP }] }",
      'spec.listeners[1]: must differ from listeners[0] in port, protocol or hostname (got {"name":"b","port":80,"protocol":"HTTP"})',
    ],
  ])("%s", (yaml, expected) => expect(problems(gatewaySpec, yaml)).toEqual([expected]));
});

describe("Ingress", () => {
  const path = (yaml: string) => `rules: [{ http: { paths: [{ ${yaml} }] } }]`;
  const backend = "backend: { service: { name: a, port: { number: 80 } } }";

  test.each([
    ["default backend", "defaultBackend: { service: { name: a, port: { name: http } } }"],
    ["implementation specific path", path(`pathType: ImplementationSpecific, ${backend}`)],
    ["host without http", "rules: [{ host: a.example.com }]"],
  ])("%s is valid", (_name, yaml) => expect(problems(ingressSpec, yaml)).toEqual([]));

  test.each([
    ["{}", "spec.: must have rules or defaultBackend (got {})"],
    [
      path(`path: /a, ${backend}`),
      "spec.rules[0].http.paths[0].pathType: must be one of Exact, Prefix, ImplementationSpecific",
    ],
    [
      path(`path: a, pathType: Prefix, ${backend}`),
      'spec.rules[0].http.paths[0].path: must start with / for pathType Prefix (got "a")',
    ],
    [
      path(`path: /a//, pathType: Exact, ${backend}`),
      'spec.rules[0].http.paths[0].path: must not contain // (got "/a//")',
    ],
    [
      path("path: /, pathType: Prefix, backend: { serviceName: a, servicePort: 80 }"),
      "spec.rules[0].http.paths[0].backend.serviceName: unknown field; known here: resource, service",
    ],
    [
      path("path: /, pathType: Prefix, backend: { service: { name: a, port: {} } }"),
      "spec.rules[0].http.paths[0].backend.service.port: must have either name or number (got {})",
    ],
    ["rules: [{ host: 1.2.3.4 }]", 'spec.rules[0].host: must be a host name, not an IP address (got "1.2.3.4")'],
    ["rules: [{ http: { paths: [] } }]", "spec.rules[0].http.paths: must have at least 1 item (got [])"],
  ])("%s", (yaml, expected) => expect(problems(ingressSpec, yaml)[0]).toBe(expected));
});
