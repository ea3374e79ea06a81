import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diff } from "./diff.ts";

describe("diff", () => {
  test("names every changed field by its path, in path order, list items by number", () => {
    const matches = Array.from({ length: 12 }, (_, i) => ({ value: `/${i}` }));
    const changed = matches.map((match, i) => (i === 2 || i === 10 ? { value: "/x" } : match));
    const before = { metadata: { annotations: { "a.b/c": "1" } }, spec: { matches, gone: true } };
    const after = { metadata: { annotations: { "a.b/c": "2" } }, spec: { matches: changed, fresh: [1] } };
    expect(diff(before, after)).toEqual([
      { field: 'metadata.annotations["a.b/c"]', before: "1", after: "2" },
      { field: "spec.fresh", after: [1] },
      { field: "spec.gone", before: true },
      { field: "spec.matches[2].value", before: "/2", after: "/x" },
      { field: "spec.matches[10].value", before: "/10", after: "/x" },
    ]);
  });

  test("an object that comes or goes is one change with an empty path", () => {
    expect(diff(undefined, { a: 1 })).toEqual([{ field: "", after: { a: 1 } }]);
    expect(diff({ a: 1 }, undefined)).toEqual([{ field: "", before: { a: 1 } }]);
  });

  test("equal values have no differences, and swapping the sides swaps before and after", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(diff(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(a)))).toEqual([]);
        const swapped = diff(json(b), json(a)).map(({ field, ...change }) => ({
          field,
          ...("after" in change ? { before: change.after } : {}),
          ...("before" in change ? { after: change.before } : {}),
        }));
        expect(swapped).toEqual(diff(json(a), json(b)));
      }),
    );
  });
});

// -0 does not survive JSON, which is how values reach us.
const json = (value: unknown) => JSON.parse(JSON.stringify(value));
