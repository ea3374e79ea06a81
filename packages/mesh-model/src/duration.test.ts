import { expect, test } from "vitest";
import { parseDurationMs } from "./duration.ts";

test.each([
  ["0s", 0],
  ["500ms", 500],
  ["1m30s", 90_000],
  ["1h0m0s1ms", 3_600_001],
  ["99999h", 359_996_400_000],
  ["", undefined],
  ["5", undefined],
  ["1.5s", undefined],
  ["-1s", undefined],
  ["5 minutes", undefined],
  ["1d", undefined],
])("%s", (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});
