import { describe, expect, test } from "vitest";
import { decideOwner, NEW } from "./claims.ts";
import type { KnownClaim } from "./types.ts";

const claim = (intent: string, n: number, held = false): KnownClaim => ({
  intent,
  cluster: "c",
  held,
  since: { epoch: 1, n },
});

describe("who has an object", () => {
  test.each([
    ["a new intent takes what is free", NEW, true, [], { after: NEW }],
    [
      "a new intent is refused what another has",
      NEW,
      true,
      [claim("a", 1)],
      { before: "a", after: "a", refused: true },
    ],
    ["what an intent has it keeps", "a", true, [claim("a", 1), claim("b", 2, true)], { before: "a", after: "a" }],
    [
      "one that waits goes on waiting",
      "b",
      true,
      [claim("a", 1), claim("b", 2, true)],
      { before: "a", after: "a", held: true },
    ],
    [
      "one that leaves makes room for the longest wait",
      "a",
      false,
      [claim("a", 1), claim("c", 3, true), claim("b", 2, true)],
      { before: "a", after: "b" },
    ],
    ["one that leaves alone leaves nothing", "a", false, [claim("a", 1)], { before: "a" }],
    [
      "one that stops waiting changes nothing",
      "b",
      false,
      [claim("a", 1), claim("b", 2, true)],
      { before: "a", after: "a" },
    ],
  ])("%s", (_, intent, placed, claims, expected) => {
    const nothing = { before: undefined, after: undefined, held: false, refused: false };
    expect(decideOwner(intent, placed, claims)).toEqual({ ...nothing, ...expected });
  });
});
