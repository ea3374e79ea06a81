import { describe, expect, test } from "vitest";
import { Quarantine } from "./quarantine.ts";
import { httpRoute } from "./testing/objects.ts";

const why = { field: "spec", reason: "InvalidValue", message: "no" };
const good = httpRoute("r", "a.test", []);

describe("a culprit", () => {
  test("is replaced by its last good form until it changes", () => {
    const quarantine = new Quarantine();
    expect(quarantine.reject("r", why, good)).toEqual({ key: "r", object: good });
    expect(quarantine.rejection("r")).toEqual(why);
    quarantine.release("r");
    expect(quarantine.has("r")).toBe(false);
  });

  test("is left out when its stand-in is refused as well, or when there is none", () => {
    const quarantine = new Quarantine();
    quarantine.reject("r", why, good);
    expect(quarantine.reject("r", why, good).object).toBeUndefined();
    expect(quarantine.reject("s", why, undefined).object).toBeUndefined();
  });
});

describe("suspects", () => {
  test("are let out one at a time, the next once the last is acquitted or convicted", () => {
    const quarantine = new Quarantine();
    for (const key of ["a", "b", "c"]) quarantine.suspect(key, undefined);
    expect(quarantine.rejection("a")).toBeUndefined();
    expect(quarantine.nextTrial(0, 100)).toBe("a");
    expect(quarantine.nextTrial(50, 100)).toBeUndefined();
    quarantine.acquit("a");
    expect(quarantine.nextTrial(50, 100)).toBe("b");
    quarantine.reject("b", why, undefined);
    expect(quarantine.nextTrial(50, 100)).toBe("c");
    expect(["a", "b", "c"].map((key) => quarantine.has(key))).toEqual([false, true, false]);
  });

  test("do not wait for ever for one whose trial comes to no end", () => {
    const quarantine = new Quarantine();
    for (const key of ["a", "b"]) quarantine.suspect(key, undefined);
    quarantine.nextTrial(0, 100);
    expect(quarantine.nextTrial(100, 100)).toBe("b");
  });
});
