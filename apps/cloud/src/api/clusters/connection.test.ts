import { expect, test } from "vitest";
import { connectionState } from "./connection.ts";

const now = 1_000_000;
const seen = (agoMs: number, connected = true) => ({ connected, seenAt: new Date(now - agoMs) });

test.each([
  ["never heard", undefined, "unknown"],
  ["never connected", { connected: false, seenAt: undefined }, "unknown"],
  ["heard at the last renewal", seen(5_000), "connected"],
  ["a heartbeat is overdue", seen(8_000), "late"],
  ["silent for 2.5 heartbeats, the hub being dead too", seen(26_000), "stale"],
  ["its socket is closed", seen(100, false), "stale"],
] as const)("%s: %j is %s", (_, state, expected) => {
  expect(connectionState(state, now)).toBe(expected);
});
