import { describe, expect, test } from "vitest";
import { cluster } from "../testing/sample-roll-up.ts";
import { ageOf, formatSpan } from "./ages.ts";
import { connectionWords, factsWords } from "./state-words.ts";

const nowMs = Date.parse("2026-11-01T00:10:00.000Z");
const words = (connection: Partial<ReturnType<typeof cluster>["connection"]>, revokedAt: string | null = null) => {
  const one = cluster();
  return connectionWords({ ...one, revokedAt, connection: { ...one.connection, ...connection } }, nowMs);
};

describe("a connection is described by what is known and how old that is", () => {
  test("heard in time", () => expect(words({})).toEqual({ tone: "good", label: "connected, heard 10m ago" }));
  test("late", () => expect(words({ state: "late" }).label).toBe("late: silent for 10m"));
  test("silent: unknown, not bad and not good", () => {
    expect(words({ state: "stale" })).toEqual({ tone: "unknown", label: "stale since 10m ago" });
  });
  test("never heard", () => {
    expect(words({ state: "unknown", lastSeenAt: null })).toEqual({ tone: "unknown", label: "never connected" });
  });
  test("revoked, whatever the socket says", () => {
    expect(words({}, "2026-11-01T00:09:00.000Z")).toEqual({ tone: "bad", label: "revoked 60s ago" });
  });
});

test("what a cluster tells of itself: how old it is, and what did not fit", () => {
  const observedAt = "2026-11-01T00:09:00.000Z";
  expect(factsWords(null, nowMs)).toBe("nothing: its connector never joined, or is too old");
  expect(factsWords({ observedAt, leftOut: {} }, nowMs)).toBe("confirmed 60s ago");
  expect(factsWords({ observedAt, leftOut: { Service: 1, EndpointSlice: 20 } }, nowMs)).toBe(
    "confirmed 60s ago; over its quota and left out: 1 Service, 20 EndpointSlice",
  );
});

test.each([
  [-5, "0s"],
  [119_000, "119s"],
  [120_000, "2m"],
  [7_200_000, "2h"],
  [172_800_000, "2d"],
])("%d ms are %s", (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});

test("the age of a moment", () => expect(ageOf("2026-11-01T00:00:00.000Z", nowMs)).toBe("10m"));
