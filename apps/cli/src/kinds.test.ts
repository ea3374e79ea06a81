import { describe, expect, test } from "vitest";
import { readTargets } from "./kinds.ts";

describe("targets", () => {
  test.each([
    [["gateways"], [{ kind: "Gateway", name: undefined }]],
    [["gtw", "web"], [{ kind: "Gateway", name: "web" }]],
    [
      ["HR", "a", "b"],
      [
        { kind: "HTTPRoute", name: "a" },
        { kind: "HTTPRoute", name: "b" },
      ],
    ],
    [
      ["ing/a", "httproute/b"],
      [
        { kind: "Ingress", name: "a" },
        { kind: "HTTPRoute", name: "b" },
      ],
    ],
    [["GR", "a"], [{ kind: "GRPCRoute", name: "a" }]],
    [["rev", "1.42"], [{ kind: "Revision", name: "1.42" }]],
    [[], []],
  ])("%j", (words, targets) => expect(readTargets(words)).toEqual(targets));

  test.each([
    [["gatewy"], 'There is no kind "gatewy"; did you mean gateway?'],
    [
      ["pod", "a"],
      'There is no kind "pod"; known kinds: gateway, httproute, grpcroute, ingress, cluster, project, token, revision',
    ],
    [["gateway/"], '"gateway/" is not kind/name, such as httproute/reviews'],
    [["gateway/a", "b"], '"b" is not kind/name, such as httproute/reviews'],
    [["gateway", "hr/a"], '"hr/a" after "gateway" must be a name without a slash'],
  ])("%j is refused", (words, message) => expect(() => readTargets(words)).toThrow(message));
});
