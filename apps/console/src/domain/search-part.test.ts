import fc from "fast-check";
import { expect, test } from "vitest";
import { formatSearchPart, parseSearchPart } from "./search-part.ts";

test("what looks like a number, a truth value or JSON stays text", () => {
  const search = { q: "42", host: "true", labels: "null", namespace: '{"a":1}', sort: "1.10" };
  expect(parseSearchPart(formatSearchPart(search))).toEqual(search);
});

test("any texts come back as they were", () => {
  // "__proto__" as a key of a plain object is no key at all.
  const key = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
  fc.assert(
    fc.property(fc.dictionary(key, fc.string(), { noNullPrototype: true }), (search) => {
      expect(parseSearchPart(formatSearchPart(search))).toEqual(search);
    }),
  );
});

test("nothing is nothing", () => {
  expect([formatSearchPart({}), parseSearchPart("")]).toEqual(["", {}]);
});
