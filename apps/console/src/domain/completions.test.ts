import { describe, expect, test } from "vitest";
import { completionsAt, documentSchema } from "./completions.ts";
import { cursorPlace } from "./cursor-path.ts";
import { kindNamed } from "./kinds.ts";

const schema = documentSchema(kindNamed("HTTPRoute") ?? expect.fail("no HTTPRoute"));
/** The labels offered at the bar in a text. */
const offered = (text: string) => {
  const offset = text.indexOf("|");
  return completionsAt(text.replace("|", ""), offset, schema)?.items.map(({ label }) => label);
};

describe("field names", () => {
  test("at the top, without those that are there", () => {
    expect(offered("apiVersion: x\nkind: y\n|")).toEqual(["metadata", "placement", "driftPolicy", "spec"]);
  });

  test("in a map", () => {
    expect(offered("spec:\n  |")).toEqual(expect.arrayContaining(["parentRefs", "hostnames", "rules"]));
  });

  test("in the first line of a list item", () => {
    expect(offered("spec:\n  rules:\n    - |")).toEqual(expect.arrayContaining(["matches", "backendRefs", "filters"]));
  });

  test("in a later line of a list item, without what it has before and after", () => {
    const found = offered("spec:\n  rules:\n    - matches: []\n      |\n      filters: []\n    - name: x\n");
    expect(found).toContain("backendRefs");
    expect(found).not.toContain("matches");
    expect(found).not.toContain("filters");
    expect(found).toContain("name");
  });

  test("in lists that stand at the column of their key", () => {
    expect(offered("spec:\n  rules:\n  - matches:\n    - path:\n        |")).toEqual(["type", "value"]);
  });

  test("halfway through a word, from where it begins", () => {
    const text = "spec:\n  host";
    expect(completionsAt(text, text.length, schema)?.from).toBe(text.length - 4);
  });
});

describe("values", () => {
  test("of an enumeration", () => {
    expect(offered("spec:\n  rules:\n    - matches:\n        - path:\n            type: P|")).toEqual([
      "Exact",
      "PathPrefix",
      "RegularExpression",
    ]);
  });

  test("of what can only be one thing", () => {
    expect(offered("kind: |")).toEqual(["HTTPRoute"]);
  });

  test("nothing where anything goes, in comments and inside values", () => {
    expect(offered("metadata:\n  name: |")).toBeUndefined();
    expect(offered("# spec: |")).toBeUndefined();
    expect(offered("spec:\n  hostnames: [a, |")).toBeUndefined();
  });
});

test("comments and empty lines do not disturb where a cursor is", () => {
  const text = "spec:\n  rules:\n    # one\n\n    - matches:\n        - ";
  expect(cursorPlace(text, text.length)?.path).toEqual(["spec", "rules", 0, "matches", 0]);
});
