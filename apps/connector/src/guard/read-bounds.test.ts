import { expect, test } from "vitest";
import { readBounds } from "./read-bounds.ts";

function policy(spec: unknown) {
  return { apiVersion: "fairlead.dev/v1alpha1", kind: "ConnectorPolicy", metadata: { name: "default" }, spec };
}

test("no policy bounds nothing", () => {
  expect(readBounds(undefined)).toEqual({ state: "none" });
});

test("a policy is read", () => {
  const spec = {
    allowedKinds: ["HTTPRoute"],
    allowedNamespaces: ["shop"],
    maxDeletesPerHour: 5,
    freeze: [{ start: "2026-12-24T00:00:00Z", end: "2026-12-26T00:00:00+01:00", reason: "christmas" }],
  };
  expect(readBounds(policy(spec))).toEqual({ state: "set", policy: spec });
});

test.each([
  [undefined, "spec", "spec: is required"],
  [{ maxDeletesPerHour: -1 }, "spec.maxDeletesPerHour", "spec.maxDeletesPerHour: must be at least 0 (got -1)"],
  [{ maxWritesPerHour: 3 }, "spec.maxWritesPerHour", "spec.maxWritesPerHour: unknown field"],
  [
    { allowedKinds: ["Secret"] },
    "spec.allowedKinds[0]",
    'must be one of Gateway, HTTPRoute, GRPCRoute, Ingress (got "Secret")',
  ],
  [
    { freeze: [{ start: "2026-12-24T00:00:00Z", end: "2026-12-24T00:00:00Z", reason: "r" }] },
    "spec.freeze[0].end",
    "must be after the start",
  ],
])("a policy that is not understood may be a bound: %j", (spec, field, message) => {
  const bounds = readBounds(policy(spec));
  expect(bounds).toMatchObject({ state: "unusable", field });
  expect(JSON.stringify(bounds)).toContain(JSON.stringify(message).slice(1, -1));
});
