import { expect, test } from "vitest";
import { DEFAULT_LIMIT, largerLimit, limitOf, readTopologySearch } from "./topology-search.ts";

test("what is not known, empty or no text is left out of an address", () => {
  expect(readTopologySearch({ q: "cart", focus: "", show: 3, other: "x", view: "list" })).toEqual({
    q: "cart",
    view: "list",
  });
});

test.each([
  [undefined, DEFAULT_LIMIT],
  ["160", 160],
  ["100000", 640],
  ["-1", DEFAULT_LIMIT],
  ["many", DEFAULT_LIMIT],
  ["1.5", DEFAULT_LIMIT],
])("limit=%s shows %d", (limit, expected) => {
  expect(limitOf(limit === undefined ? {} : { limit })).toBe(expected);
});

test("showing more ends somewhere", () => {
  expect([largerLimit(40), largerLimit(160), largerLimit(640)]).toEqual([160, 640, undefined]);
});
