import type { RouteMatch } from "@fairlead/mesh-model";
import { describe, expect, test } from "vitest";
import { covers } from "./covers.ts";

const origin = { object: "x", field: "" };
const match = (type: "exact" | "prefix" | "regex", value: string, more: Partial<RouteMatch> = {}): RouteMatch => ({
  path: { type, value, origin },
  headers: [],
  queryParams: [],
  ...more,
});
const header = (name: string, value: string, type: "exact" | "regex" = "exact") => ({ name, type, value, origin });

describe("covers", () => {
  test.each([
    ["the same prefix", match("prefix", "/a"), match("prefix", "/a"), "same"],
    ["a prefix of whole elements", match("prefix", "/a"), match("prefix", "/a/b"), "wider"],
    ["no prefix within an element", match("prefix", "/a"), match("prefix", "/ab"), undefined],
    ["a prefix, the exact path itself", match("prefix", "/a"), match("exact", "/a"), "wider"],
    ["an exact path, no prefix", match("exact", "/a"), match("prefix", "/a"), undefined],
    ["/ and any pattern", match("prefix", "/"), match("regex", "/v[0-9]+"), "wider"],
    ["a prefix and a pattern below it", match("prefix", "/api"), match("regex", "/api/v[0-9]+/.*"), "wider"],
    ["a pattern that may leave the prefix", match("prefix", "/api"), match("regex", "/api.*"), undefined],
    ["a pattern whose slash may be absent", match("prefix", "/api"), match("regex", "/api/?"), undefined],
    ["a pattern that repeats its last letter", match("prefix", "/a"), match("regex", "/a+"), undefined],
    ["alternatives", match("prefix", "/api"), match("regex", "/api/a|/b"), undefined],
    ["a pattern without special characters", match("exact", "/a.b"), match("regex", "/a\\.b"), "wider"],
    ["a class escape is no letter", match("prefix", "/a"), match("regex", "/a/\\d"), "wider"],
    ["a class escape in the place of the slash", match("prefix", "/a"), match("regex", "/a\\Sb"), undefined],
    ["the pattern for everything", match("regex", "/.*"), match("prefix", "/a"), "wider"],
    ["two patterns", match("regex", "/a.*"), match("regex", "/ab.*"), undefined],
    ["a method where none is asked for", match("prefix", "/"), match("prefix", "/a", { method: "GET" }), "wider"],
    ["another method", match("prefix", "/", { method: "PUT" }), match("prefix", "/a", { method: "GET" }), undefined],
    [
      "fewer headers",
      match("prefix", "/", { headers: [header("a", "1")] }),
      match("prefix", "/", { headers: [header("b", "2"), header("a", "1")] }),
      "wider",
    ],
    [
      "a header of another value",
      match("prefix", "/", { headers: [header("a", "1")] }),
      match("prefix", "/", { headers: [header("a", "2")] }),
      undefined,
    ],
    [
      "a header by pattern is not one by value",
      match("prefix", "/", { headers: [header("a", ".*", "regex")] }),
      match("prefix", "/", { headers: [header("a", "2")] }),
      undefined,
    ],
  ])("%s", (_, a, b, expected) => expect(covers(a, b)).toBe(expected));
});
