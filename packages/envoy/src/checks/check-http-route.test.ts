import { describe, expect, it } from "vitest";
import { checkHttpRoute } from "./check-http-route.ts";
import { checkIngress } from "./check-ingress.ts";

describe("checkHttpRoute", () => {
  it("finds nothing in what can be served", () => {
    const rules = [
      {
        matches: [
          { path: { type: "RegularExpression", value: "/v[0-9]" }, method: "GET" },
          { headers: [{ name: "x-a", value: "1" }], queryParams: [{ type: "Exact", name: "q", value: "" }] },
        ],
        filters: [
          { requestHeaderModifier: { set: [{ name: "X-A", value: "100%" }], remove: ["x-b"] } },
          { urlRewrite: { hostname: "a.example", path: { replacePrefixMatch: "" } } },
        ],
        backendRefs: [{}],
      },
      {},
    ];
    expect(checkHttpRoute({ spec: { rules } })).toEqual([]);
    expect(checkHttpRoute({ spec: {} })).toEqual([]);
  });

  it("looks into the lists of a CORS filter", () => {
    const cors = { allowMethods: ["*"], allowHeaders: ["x-a", "x b"], exposeHeaders: [""] };
    const fields = checkHttpRoute({ spec: { rules: [{ filters: [{ cors }] }] } }).map(({ field }) => field);
    expect(fields).toEqual([
      "spec.rules[0].filters[0].cors.allowHeaders[1]",
      "spec.rules[0].filters[0].cors.exposeHeaders[0]",
    ]);
  });

  it("names the field, the value and the reason, sorted", () => {
    const rules = [
      {
        matches: [
          {
            path: { type: "RegularExpression", value: "(" },
            headers: [{ type: "RegularExpression", name: "x", value: "[" }],
            queryParams: [{ name: "", value: "x" }],
            method: "A B",
          },
        ],
        filters: [
          { responseHeaderModifier: { add: [{ name: ":status", value: "a\nb" }], remove: ["host"] } },
          { requestRedirect: { hostname: "*.a", path: { replaceFullPath: "a" } } },
        ],
        backendRefs: [{ filters: [{ requestHeaderModifier: { set: [{ name: "a b", value: "x" }] } }] }],
      },
      { matches: [{ path: { value: "a?" } }] },
    ];
    const found = checkHttpRoute({ spec: { rules } });
    expect(found.map(({ field, value, reason }) => `${field}: ${value} ${reason}`)).toEqual([
      "spec.rules[0].backendRefs[0].filters[0].requestHeaderModifier.set[0].name: a b is not a header name (RFC 9110 token)",
      "spec.rules[0].filters[0].responseHeaderModifier.add[0].name: :status is a pseudo header, which cannot be edited",
      "spec.rules[0].filters[0].responseHeaderModifier.add[0].value: a\nb holds a line break",
      "spec.rules[0].filters[0].responseHeaderModifier.remove[0]: host cannot be edited; use a URL rewrite's hostname",
      "spec.rules[0].filters[1].requestRedirect.hostname: *.a is not a DNS name",
      "spec.rules[0].filters[1].requestRedirect.path.replaceFullPath: a does not begin with /",
      "spec.rules[0].matches[0].headers[0].value: [ is not an RE2 pattern: error parsing regexp: missing closing ]: `[`",
      "spec.rules[0].matches[0].method: A B is not an HTTP method (RFC 9110 token)",
      "spec.rules[0].matches[0].path.value: ( is not an RE2 pattern: error parsing regexp: missing closing ): `(`",
      "spec.rules[0].matches[0].queryParams[0].name:  is empty",
      "spec.rules[1].matches[0].path.value: a? does not begin with /",
    ]);
  });
});

it("checkIngress judges a path by its type", () => {
  const paths = [
    { path: "/a", pathType: "Prefix" },
    { path: "/(", pathType: "Exact" },
    { path: "/(", pathType: "ImplementationSpecific" },
    { path: "a", pathType: "Prefix" },
    { pathType: "ImplementationSpecific" },
  ];
  expect(
    checkIngress({ spec: { rules: [{}, { http: { paths } }] } }).map(({ field, value }) => [field, value]),
  ).toEqual([
    ["spec.rules[1].http.paths[2].path", "/("],
    ["spec.rules[1].http.paths[3].path", "a"],
  ]);
});
