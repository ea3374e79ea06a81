import { describe, expect, test } from "vitest";
import { formatObjectKey, objectKey, parseObjectKey } from "./object-key.ts";

describe("object key", () => {
  test.each([
    [{ apiVersion: "v1", kind: "Service", metadata: { namespace: "shop", name: "a" } }, "/Service/shop/a"],
    [{ apiVersion: "v1", kind: "Node", metadata: { name: "n1" } }, "/Node//n1"],
    [
      { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { namespace: "shop", name: "gw.a" } },
      "gateway.networking.k8s.io/Gateway/shop/gw.a",
    ],
  ])("of %j is %s, and reads back", (object, key) => {
    expect(objectKey(object)).toBe(key);
    const parts = parseObjectKey(key);
    expect(parts && formatObjectKey(parts)).toBe(key);
  });

  test.each(["", "a/b", "a//c/d", "a/b/c/", "a/b/c/d/e"])("%j is none", (text) => {
    expect(parseObjectKey(text)).toBeUndefined();
  });
});
