import { expect, it } from "vitest";
import { checkGrpcRoute } from "./check-grpc-route.ts";

it("finds nothing in what can be served", () => {
  const rules = [
    { matches: [{ method: { service: "a.B", method: "C" } }, { method: { method: "C" }, headers: [] }] },
    { matches: [{ method: { type: "RegularExpression" as const, service: "a\\..*" } }], backendRefs: [{}] },
    {},
  ];
  expect(checkGrpcRoute({ spec: { rules } })).toEqual([]);
});

it("names the method, the header and the filter that Envoy would refuse", () => {
  const rules = [
    {
      matches: [
        { method: { type: "RegularExpression" as const, service: "a(", method: "B" } },
        { method: { service: "a?b" }, headers: [{ type: "RegularExpression", name: "x", value: "[" }] },
      ],
      filters: [{ requestHeaderModifier: { remove: ["x y"] } }],
    },
  ];
  expect(checkGrpcRoute({ spec: { rules } }).map(({ field, value }) => [field, value])).toEqual([
    ["spec.rules[0].filters[0].requestHeaderModifier.remove[0]", "x y"],
    ["spec.rules[0].matches[0].method", "/(?:a()/(?:B)"],
    ["spec.rules[0].matches[1].headers[0].value", "["],
    ["spec.rules[0].matches[1].method", "/a?b"],
  ]);
});
