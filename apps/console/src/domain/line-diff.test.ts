import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeDiff, diffLines, foldDiff } from "./line-diff.ts";

const marks = { same: " ", removed: "-", added: "+" } as const;
const show = (before: string, after: string) =>
  diffLines(before, after).map(({ change, text }) => `${marks[change]}${text}`);

describe("differences", () => {
  test("a changed line is the old one removed and the new one added, in that order", () => {
    expect(show("a\nb\nc\n", "a\nx\nc\n")).toEqual([" a", "-b", "+x", " c"]);
  });

  test("something from nothing, nothing from something, nothing at all", () => {
    expect(show("", "a\n")).toEqual(["+a"]);
    expect(show("a\n", "")).toEqual(["-a"]);
    expect(show("", "")).toEqual([]);
  });

  test("both texts can be read back from a difference, and equal lines are never called changed", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const of = (other: string) =>
          lines
            .filter(({ change }) => change !== other)
            .map((line) => `${line.text}\n`)
            .join("");
        expect([of("added"), of("removed")]).toEqual([before, after]);
        if (before === after) expect(lines.every(({ change }) => change === "same")).toBe(true);
      }),
    );
  });
});

test("far from every change is left out and counted", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n");
  const parts = foldDiff(diffLines(before, before.replace("line 10", "changed")), 1);
  expect(parts.map((part) => (part.change === "skipped" ? part.lines : part.text))).toEqual([
    9,
    "line 9",
    "line 10",
    "changed",
    "line 11",
    8,
  ]);
  expect(foldDiff(diffLines(before, before))).toEqual([]);
});

test("a difference in words", () => {
  expect(describeDiff(diffLines("a\nb\n", "a\nc\nd\n"))).toBe("2 lines added, 1 removed");
  expect(describeDiff(diffLines("a\n", "a\n"))).toBe("no difference");
});
