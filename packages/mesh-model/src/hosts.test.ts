import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareSpecificity, coversHost, intersectHosts, normalizeHost } from "./hosts.ts";

describe("hosts", () => {
  test.each([
    ["*", "a.com", "a.com"],
    ["a.com", "*", "a.com"],
    ["*.a.com", "x.a.com", "x.a.com"],
    ["*.a.com", "y.x.a.com", "y.x.a.com"],
    ["*.a.com", "a.com", undefined],
    ["*.a.com", "xa.com", undefined],
    ["*.a.com", "*.x.a.com", "*.x.a.com"],
    ["*.a.com", "*.b.com", undefined],
    ["a.com", "b.com", undefined],
    ["*", "*", "*"],
  ])("%s and %s have %s in common", (a, b, common) => {
    expect(intersectHosts(a, b)).toBe(common);
  });

  test("absent, empty and upper case", () => {
    expect([normalizeHost(undefined), normalizeHost(""), normalizeHost("Shop.Example")]).toEqual([
      "*",
      "*",
      "shop.example",
    ]);
  });

  test("the most specific sorts first, however short its labels", () => {
    const sorted = ["*", "*.b.com", "*.x.b.com", "a.b.com", "z.org"].sort(() => -1).sort(compareSpecificity);
    expect(sorted).toEqual(["a.b.com", "z.org", "*.x.b.com", "*.b.com", "*"]);
  });

  const label = fc.constantFrom("a", "b", "c");
  const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => `${labels.join(".")}.test`);
  const host = fc.oneof(
    name,
    name.map((suffix) => `*.${suffix}`),
    fc.constant("*"),
  );

  test("a name is in the intersection exactly when it is in both", () => {
    fc.assert(
      fc.property(host, host, name, (a, b, probe) => {
        const common = intersectHosts(a, b);
        const inBoth = coversHost(a, probe) && coversHost(b, probe);
        expect(common !== undefined && coversHost(common, probe)).toBe(inBoth);
        expect(intersectHosts(b, a)).toBe(common);
      }),
    );
  });

  test("of two that cover the same name one covers the other, and the narrower sorts first", () => {
    fc.assert(
      fc.property(host, host, name, (a, b, probe) => {
        fc.pre(a !== b && coversHost(a, probe) && coversHost(b, probe));
        expect(coversHost(a, b)).toBe(!coversHost(b, a));
        expect(compareSpecificity(a, b) > 0).toBe(coversHost(a, b));
      }),
    );
  });
});
