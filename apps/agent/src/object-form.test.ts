import { describe, expect, test } from "vitest";
import { isReported, isSameForm } from "./object-form.ts";
import { gateway, gatewayKey, routeKey } from "./testing/objects.ts";

const base = gateway("g", 80);

describe("isSameForm", () => {
  test.each([
    ["conditions in its status", { ...base, status: { ...base.status, conditions: [] } }, true],
    ["another resource version", { ...base, metadata: { ...base.metadata, resourceVersion: "9" } }, true],
    ["another address", { ...base, status: { addresses: [{ value: "127.0.0.9" }] } }, false],
    ["another generation", { ...base, metadata: { ...base.metadata, generation: 999 } }, false],
    ["another annotation", { ...base, metadata: { ...base.metadata, annotations: { a: "b" } } }, false],
    ["another uid", { ...base, metadata: { ...base.metadata, uid: "other" } }, false],
    ["nothing there", undefined, false],
  ])("with %s: %s", (_, object, same) => {
    expect(isSameForm(base, object)).toBe(same);
  });

  test("an object without a generation is never taken for the same", () => {
    const { generation: _, ...metadata } = base.metadata;
    expect(isSameForm({ ...base, metadata }, { ...base, metadata })).toBe(false);
  });
});

test("only objects that carry intents are reported", () => {
  expect([gatewayKey("g"), routeKey("r"), "networking.k8s.io/Ingress/a/b"].every(isReported)).toBe(true);
  expect(["/Service/a/b", "gateway.networking.k8s.io/GatewayClass//c"].some(isReported)).toBe(false);
});
