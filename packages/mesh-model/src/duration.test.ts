import { expect, test } from "vitest";
import { parseDurationMs, parseGoDurationMs } from "./duration.ts";

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

test.each([
  ["0", 0],
  ["+0", 0],
  ["0s", 0],
  ["1.5s", 1_500],
  ["300ms", 300],
  ["1h2m", 3_720_000],
  ["+1m", 60_000],
  [".5s", 500],
  ["1.s", 1_000],
  ["10us", 1],
  ["5", undefined],
  ["-1s", undefined],
  ["1 s", undefined],
  ["s", undefined],
  ["", undefined],
  ["1d", undefined],
])("Go's %s", (text, ms) => {
  expect(parseGoDurationMs(text)).toBe(ms);
});
