import type { SocketBefore } from "@fairlead/database";
import { describe, expect, test } from "vitest";
import { judgeTakeover } from "./judge-takeover.ts";

const SECOND = 1_000;

/** Plays takeovers: who came, after how many seconds, and whether the one before had left. */
function play(steps: readonly { readonly process: string; readonly after?: number; readonly left?: boolean }[]) {
  let socket: SocketBefore | undefined;
  let now = 0;
  return steps.map(({ process, after = 1, left = false }) => {
    now += after * SECOND;
    const before = socket === undefined ? undefined : { ...socket, isAlive: !left, now };
    const { isAllowed, ousted } = judgeTakeover(before, process);
    socket = { process: isAllowed ? process : (socket?.process ?? ""), isAlive: true, ousted, now };
    return isAllowed;
  });
}

describe("a connector gets the socket", () => {
  test.each([
    ["when nobody ever had it", [{ process: "a" }]],
    ["when it comes back, its old socket half open", [{ process: "a" }, { process: "a" }, { process: "a" }]],
    ["when it was started again and again", ["a", "b", "c", "d", "e"].map((process) => ({ process }))],
    ["when it leads again after a failover", ["a", "b", "a", "b"].map((process) => ({ process }))],
    [
      "when the other one has left each time",
      ["a", "b", "a", "b", "a", "b"].map((process) => ({ process, left: true })),
    ],
    ["when it is so seldom", ["a", "b", "a", "b", "a", "b", "a"].map((process) => ({ process, after: 400 }))],
    ["when it is too old to say which process it is", Array.from({ length: 8 }, () => ({ process: "" }))],
  ])("%s", (_title, steps) => {
    expect(play(steps)).not.toContain(false);
  });
});

describe("of two with one identity", () => {
  const contest = ["a", "b", "a", "b"].map((process) => ({ process }));

  test("the one that was put out twice and comes back is refused, and stays so while it tries", () => {
    const tries = Array.from({ length: 30 }, () => ({ process: "a", after: 60 }));
    expect(play([...contest, ...tries])).toEqual([true, true, true, true, ...tries.map(() => false)]);
  });

  test("the one that has the socket keeps it when its connection breaks", () => {
    expect(play([...contest, { process: "a" }, { process: "b" }, { process: "a" }])).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  test("the other one gets it once the first has left", () => {
    expect(play([...contest, { process: "a" }, { process: "a", left: true }]).at(-1)).toBe(true);
  });
});
