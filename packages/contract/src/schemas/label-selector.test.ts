import { describe, expect, test } from "vitest";
import { formatLabelSelector, matchesSelector, parseLabelSelector } from "./label-selector.ts";

const labels = { env: "prod", tier: "a" };

describe("label selectors", () => {
  test.each([
    ["", true],
    ["env=prod", true],
    ["env==prod", true],
    ["env=dev", false],
    ["env!=dev", true],
    ["zone!=z1", true],
    ["env in (prod, dev)", true],
    ["env notin (prod)", false],
    ["zone notin (z1)", true],
    ["tier", true],
    ["!tier", false],
    ["gpu", false],
    ["!gpu", true],
    ["env in (prod,dev),tier=a,!gpu", true],
    ["env in (prod,dev),tier=b", false],
  ])("%s selects: %s", (text, expected) => {
    const parsed = parseLabelSelector(text);
    if ("problem" in parsed) throw new Error(parsed.problem);
    expect(matchesSelector(parsed.selector, labels)).toBe(expected);
    const again = parseLabelSelector(formatLabelSelector(parsed.selector).replace("<all>", ""));
    expect(again).toEqual(parsed);
  });

  test.each([
    ["env=prod=x", '"env=prod=x" is not a label requirement such as env=prod, env in (a,b), gpu or !legacy'],
    ["env in prod", '"env in prod" is not a label requirement such as env=prod, env in (a,b), gpu or !legacy'],
    ["-env=prod", '"-env=prod": must be a label key such as env or example.com/env'],
  ])("%s is refused", (text, problem) => {
    expect(parseLabelSelector(text)).toEqual({ problem });
  });
});
