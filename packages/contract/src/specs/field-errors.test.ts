import type { z } from "@hono/zod-openapi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { describeProblem, fieldProblems } from "../field-problems.ts";
import { gatewaySpec } from "./gateway-spec.ts";
import { grpcRouteSpec } from "./grpc-route-spec.ts";
import { httpRouteSpec } from "./http-route-spec.ts";

// Guarantee: whatever is wrong with a manifest, the message names the field, the value, and what would be right.

/** What is said of a spec written in YAML; nothing when it is valid. */
function problems(schema: z.ZodType, yaml: string): string[] {
  const value: unknown = parse(yaml);
  const result = schema.safeParse(value);
  return result.success ? [] : fieldProblems(result.error, value, "spec.").map(describeProblem);
}

const rule = (yaml: string) => `rules: [{ ${yaml} }]`;
const filter = (yaml: string) => rule(`filters: [{ ${yaml} }]`);
const listener = (yaml: string) => `{ gatewayClassName: f, listeners: [{ name: a, ${yaml} }] }`;
const gateway = (yaml: string) =>
  `{ gatewayClassName: f, listeners: [{ name: a, port: 80, protocol: HTTP }], ${yaml} }`;

describe("HTTPRoute of Gateway API v1.7", () => {
  test.each([
    [
      "CORS",
      filter(
        "type: CORS, cors: { allowOrigins: ['https://*.example.com:8443', 'http://a.example'], allowCredentials: true, allowMethods: [GET, PUT], allowHeaders: [x-a], exposeHeaders: ['*'], maxAge: 60 }",
      ),
    ],
    ["retries", rule("retry: { codes: [500, 503], attempts: 3, backoff: 100ms }")],
    ["sessions by cookie", rule("sessionPersistence: { absoluteTimeout: 1h, cookie: { lifetimeType: Permanent } }")],
    ["no time limit", rule("timeouts: { request: 0s, backendRequest: 10s }")],
    [
      "a share of mirrored requests",
      filter(
        "type: RequestMirror, requestMirror: { backendRef: { name: a, port: 1 }, fraction: { numerator: 1, denominator: 1000 } }",
      ),
    ],
    [
      "external authorization",
      filter(
        "type: ExternalAuth, externalAuth: { protocol: GRPC, backendRef: { name: a, port: 1 }, grpc: { allowedHeaders: [x-a] }, forwardBody: { maxSize: 1024 } }",
      ),
    ],
    [
      "parts of one parent",
      "{ parentRefs: [{ name: a, sectionName: x }, { name: a, sectionName: y }], useDefaultGateways: All }",
    ],
    ["header values beyond ASCII", rule("matches: [{ headers: [{ name: a, value: 'grün  und	blau' }] }]")],
  ])("%s is valid", (_name, yaml) => expect(problems(httpRouteSpec, yaml)).toEqual([]));

  test.each([
    [
      filter("type: CORS, cors: { allowOrigins: [https://a.example/path] }"),
      'spec.rules[0].filters[0].cors.allowOrigins[0]: must be an origin such as https://www.example.com or https://*.example.com:8443, without path, or * (got "https://a.example/path")',
    ],
    [
      filter("type: CORS, cors: { allowMethods: ['*', GET] }"),
      'spec.rules[0].filters[0].cors.allowMethods[0]: must be the only item, as it stands for all (got "*")',
    ],
    [
      filter("type: CORS, cors: { allowHeaders: [a, b, a] }"),
      'spec.rules[0].filters[0].cors.allowHeaders[2]: must be unique; [0] has it too (got "a")',
    ],
    [filter("type: CORS, cors: { maxAge: 0 }"), "spec.rules[0].filters[0].cors.maxAge: must be at least 1 (got 0)"],
    [
      rule("filters: [{ type: CORS, cors: {} }, { type: CORS, cors: {} }]"),
      'spec.rules[0].filters[1]: CORS must not be repeated; it is at [0] already (got {"type":"CORS","cors":{}})',
    ],
    [
      filter("type: Cors, cors: {}"),
      'spec.rules[0].filters[0].type: must be one of RequestHeaderModifier, ResponseHeaderModifier, RequestMirror, RequestRedirect, URLRewrite, ExtensionRef, CORS, ExternalAuth (got "Cors")',
    ],
    [rule("retry: { codes: [200] }"), "spec.rules[0].retry.codes[0]: must be at least 400 (got 200)"],
    [rule("retry: { codes: [500, 500] }"), "spec.rules[0].retry.codes[1]: must be unique; [0] has it too (got 500)"],
    [
      rule("retry: { backoff: 1.5s }"),
      'spec.rules[0].retry.backoff: must be a duration such as 500ms, 10s or 1h30m (got "1.5s")',
    ],
    [
      rule("timeouts: { request: 1s, backendRequest: 1001ms }"),
      'spec.rules[0].timeouts.backendRequest: must not be longer than request, which is 1s (got "1001ms")',
    ],
    [
      rule("sessionPersistence: { cookie: { lifetimeType: Permanent } }"),
      "spec.rules[0].sessionPersistence.absoluteTimeout: is required when the cookie's lifetimeType is Permanent",
    ],
    [
      rule("sessionPersistence: { type: Header, header: { name: a }, cookie: {} }"),
      "spec.rules[0].sessionPersistence.cookie: must be absent for type Header (got {})",
    ],
    [
      filter("type: RequestMirror, requestMirror: { backendRef: { name: a, port: 1 }, percent: 101 }"),
      "spec.rules[0].filters[0].requestMirror.percent: must be at most 100 (got 101)",
    ],
    [
      filter("type: RequestMirror, requestMirror: { backendRef: { name: a, port: 1 }, fraction: { numerator: 101 } }"),
      "spec.rules[0].filters[0].requestMirror.fraction.numerator: must not be greater than denominator (100 when absent) (got 101)",
    ],
    [
      filter(
        "type: ExternalAuth, externalAuth: { protocol: HTTP, backendRef: { name: a, port: 1 }, grpc: {} , http: {} }",
      ),
      "spec.rules[0].filters[0].externalAuth.grpc: must be absent for protocol HTTP (got {})",
    ],
    [
      rule("backendRefs: [{ group: gateway.networking.x-k8s.io, kind: XBackend, name: a, port: 80 }]"),
      "spec.rules[0].backendRefs[0].port: must be absent for an XBackend, which says its own (got 80)",
    ],
    [
      "parentRefs: [{ name: a, sectionName: x }, { kind: Gateway, name: a }]",
      'spec.parentRefs[1]: must say sectionName and port just as [0], which names the same parent, does (got {"kind":"Gateway","name":"a"})',
    ],
    [
      filter('type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: a, value: "b\\nc: d" }] }'),
      'spec.rules[0].filters[0].requestHeaderModifier.set[0].value: must not contain control characters (got "b\\nc: d")',
    ],
    [
      rule("matches: [{ queryParams: [{ name: a, value: x }, { name: a, value: y }] }]"),
      'spec.rules[0].matches[0].queryParams[1].name: must be unique; [0] has it too (got "a")',
    ],
    ["useDefaultGateways: Some", 'spec.useDefaultGateways: must be one of All, None (got "Some")'],
  ])("%s", (yaml, expected) => expect(problems(httpRouteSpec, yaml)).toEqual([expected]));
});

describe("GRPCRoute", () => {
  test.each([
    ["nothing at all", "{}"],
    ["no rules", "rules: []"],
    [
      "everything of a rule",
      rule(
        "name: r, matches: [{ method: { service: a.B_1, method: C }, headers: [{ name: x, type: RegularExpression, value: '[' }] }, { method: { type: RegularExpression, service: 'a|b' } }], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: m, port: 1 } } }], backendRefs: [{ name: a, port: 80, weight: 0, filters: [{ type: ResponseHeaderModifier, responseHeaderModifier: { remove: [a] } }] }], sessionPersistence: { type: Header, header: { name: x } }",
      ),
    ],
  ])("%s is valid", (_name, yaml) => expect(problems(grpcRouteSpec, yaml)).toEqual([]));

  test.each([
    [rule("matches: [{ method: {} }]"), "spec.rules[0].matches[0].method: must have service, method or both (got {})"],
    [
      rule("matches: [{ method: { service: a/b } }]"),
      'spec.rules[0].matches[0].method.service: must be a gRPC service with its package, such as helloworld.Greeter (got "a/b")',
    ],
    [
      rule("matches: [{ method: { method: Say.Hello } }]"),
      'spec.rules[0].matches[0].method.method: must be a gRPC method, such as SayHello (got "Say.Hello")',
    ],
    [
      rule("matches: [{ method: { type: Prefix, method: a } }]"),
      'spec.rules[0].matches[0].method.type: must be one of Exact, RegularExpression (got "Prefix")',
    ],
    [
      rule("matches: [{ path: { value: / } }]"),
      "spec.rules[0].matches[0].path: unknown field; known here: headers, method",
    ],
    [
      filter("type: URLRewrite"),
      'spec.rules[0].filters[0].type: must be one of ResponseHeaderModifier, RequestHeaderModifier, RequestMirror, ExtensionRef (got "URLRewrite")',
    ],
    [rule("backendRefs: [{ name: a }]"), "spec.rules[0].backendRefs[0].port: is required for a Service"],
    [
      rule("timeouts: {}"),
      "spec.rules[0].timeouts: unknown field; known here: backendRefs, filters, matches, name, sessionPersistence",
    ],
    ["rules: [{ name: a }, { name: a }]", 'spec.rules[1].name: must be unique within the route (got "a")'],
    [
      "hostnames: ['a b']",
      'spec.hostnames[0]: must be a lower-case host name such as www.example.com or *.example.com (got "a b")',
    ],
  ])("%s", (yaml, expected) => expect(problems(grpcRouteSpec, yaml)).toEqual([expected]));

  test("a rule without matches counts none of the 128 a route may have", () => {
    const rules = [{ matches: Array(64).fill({}) }, { matches: Array(64).fill({}) }, {}];
    expect(problems(grpcRouteSpec, JSON.stringify({ rules }))).toEqual([]);
    expect(problems(grpcRouteSpec, JSON.stringify({ rules: [...rules, { matches: [{}] }] }))[0]).toMatch(
      /^spec\.rules: must have at most 128 matches in all; these have 129/,
    );
  });
});

describe("Gateway of Gateway API v1.7", () => {
  test.each([
    [
      "everything besides listeners",
      gateway(
        "addresses: [{ value: 10.0.0.1, routability: Cluster }, { type: IPAddress, value: '2001:db8::1' }, { type: Hostname, value: gw.example.com }, { type: example.com/pool, value: blue }], infrastructure: { labels: { a: b }, annotations: { a: '1' }, parametersRef: { group: '', kind: ConfigMap, name: c } }, tls: { backend: { clientCertificateRef: { name: c } }, frontend: { default: { validation: { caCertificateRefs: [{ group: '', kind: ConfigMap, name: ca }] } }, perPort: [{ port: 443, tls: {} }] } }, allowedListeners: { namespaces: { from: None } }, defaultScope: All",
      ),
    ],
    ["a TLS listener", listener("port: 443, protocol: TLS, tls: { mode: Passthrough }")],
  ])("%s is valid", (_name, yaml) => expect(problems(gatewaySpec, yaml)).toEqual([]));

  test.each([
    [
      gateway("addresses: [{ value: gw.example.com }]"),
      'spec.addresses[0].value: must be an IP address for type IPAddress (got "gw.example.com")',
    ],
    [
      gateway("addresses: [{ type: Hostname, value: a_b }]"),
      'spec.addresses[0].value: must be a host name such as gw.example.com for type Hostname (got "a_b")',
    ],
    [
      gateway("addresses: [{ value: 10.0.0.1 }, { type: IPAddress, value: 10.0.0.1 }]"),
      'spec.addresses[1].value: must be unique; [0] has it too (got "10.0.0.1")',
    ],
    [
      gateway("addresses: [{ type: IP, value: 10.0.0.1 }]"),
      'spec.addresses[0].type: must be IPAddress, Hostname, NamedAddress, or a domain-prefixed type such as example.com/pool (got "IP")',
    ],
    [
      gateway("addresses: [{ value: 10.0.0.1, routability: k8s.io/x }]"),
      'spec.addresses[0].routability: must be Cluster, or domain-prefixed outside of k8s.io (got "k8s.io/x")',
    ],
    [
      listener("port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: None } }"),
      'spec.listeners[0].allowedRoutes.namespaces.from: must be one of All, Selector, Same (got "None")',
    ],
    [
      listener("port: 443, protocol: TLS"),
      "spec.listeners[0].tls: is required for protocol TLS, with mode Terminate or Passthrough",
    ],
    [
      listener("port: 1, protocol: TCP, filters: {}"),
      "spec.listeners[0].filters: must be absent for protocol TCP; only HTTP and HTTPS have filters (got {})",
    ],
    [
      gateway("tls: { frontend: { default: { validation: { caCertificateRefs: [] } } } }"),
      "spec.tls.frontend.default.validation.caCertificateRefs: must have at least 1 item (got [])",
    ],
    [
      gateway("tls: { frontend: { default: {}, perPort: [{ port: 1, tls: {} }, { port: 1, tls: {} }] } }"),
      "spec.tls.frontend.perPort[1].port: must be unique; [0] has it too (got 1)",
    ],
    [
      gateway("infrastructure: { labels: { a: '', b: '', c: '', d: '', e: '', f: '', g: '', h: '', i: '' } }"),
      'spec.infrastructure.labels: must have at most 8 entries (got {"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":""})',
    ],
  ])("%s", (yaml, expected) => expect(problems(gatewaySpec, yaml)).toEqual([expected]));
});
