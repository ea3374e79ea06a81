import { describe, expect, test } from "vitest";
import { isConditionTrue, setCondition, setConditions } from "./conditions.ts";

const accepted = { type: "Accepted", status: "True", reason: "Accepted", message: "", observedGeneration: 1 } as const;

describe("conditions", () => {
  test("the time of a condition moves only when its status does", () => {
    const first = setCondition(undefined, accepted, 1000);
    expect(first).toEqual([{ ...accepted, lastTransitionTime: "1970-01-01T00:00:01Z" }]);
    const reworded = setCondition(first, { ...accepted, message: "again", observedGeneration: 2 }, 5000);
    expect(reworded[0]).toMatchObject({
      message: "again",
      observedGeneration: 2,
      lastTransitionTime: "1970-01-01T00:00:01Z",
    });
    const turned = setCondition(reworded, { ...accepted, status: "False" }, 9000);
    expect(turned[0]).toMatchObject({ status: "False", lastTransitionTime: "1970-01-01T00:00:09Z" });
  });

  test("the same list comes back when nothing changed, and conditions of others stay in place", () => {
    const theirs = {
      type: "Theirs",
      status: "True",
      reason: "R",
      message: "",
      lastTransitionTime: "1970-01-01T00:00:00Z",
    } as const;
    const list = setConditions([theirs], [accepted], 1000);
    expect(list[0]).toBe(theirs);
    expect(setConditions(list, [accepted], 2000)).toBe(list);
  });

  test("a condition of an older generation is not true of this one", () => {
    const list = setCondition([], accepted, 0);
    expect(isConditionTrue(list, "Accepted")).toBe(true);
    expect(isConditionTrue(list, "Accepted", 2)).toBe(false);
    expect(isConditionTrue(list, "Programmed")).toBe(false);
  });
});
