import type { ConnectorPolicySpec } from "@fairlead/contract/connector-policy";
import { describe, expect, test } from "vitest";
import { type Change, judgeChange } from "./judge-change.ts";

const NOON = Date.parse("2026-12-24T12:00:00Z");
const MINUTE = 60_000;
const update: Change = { action: "update", kind: "HTTPRoute", namespace: "shop" };
const remove: Change = { ...update, action: "delete" };

function judged(policy: ConnectorPolicySpec, change: Change = update, deletes: Record<number, number> = {}) {
  // Deletions by how many minutes ago they were.
  const counts = Object.entries(deletes).map(([ago, count]) => [NOON / MINUTE - Number(ago), count] as const);
  return judgeChange(policy, change, NOON, new Map(counts));
}

describe("a change is within the bounds", () => {
  const cases: readonly [string, ConnectorPolicySpec, Change, Record<number, number>?][] = [
    ["when there are none", {}, remove],
    ["of a kind that is allowed", { allowedKinds: ["Gateway", "HTTPRoute"] }, update],
    ["in a namespace that is allowed", { allowedNamespaces: ["shop"] }, update],
    [
      "before a freeze",
      { freeze: [{ start: "2026-12-24T12:00:00.001Z", end: "2026-12-25T00:00:00Z", reason: "r" }] },
      update,
    ],
    [
      "when a freeze ends",
      { freeze: [{ start: "2026-12-23T00:00:00Z", end: "2026-12-24T12:00:00Z", reason: "r" }] },
      update,
    ],
    [
      "when a freeze of another time zone has ended",
      { freeze: [{ start: "2026-12-24T00:00:00Z", end: "2026-12-24T12:00:00+01:00", reason: "r" }] },
      update,
    ],
    ["while deletions are left", { maxDeletesPerHour: 3 }, remove, { 0: 1, 59: 1 }],
    ["once deletions are an hour old", { maxDeletesPerHour: 1 }, remove, { 61: 1 }],
    ["when it deletes nothing", { maxDeletesPerHour: 0 }, update],
  ];

  test.each(cases)("%s", (_title, policy, change, deletes) => {
    expect(judged(policy, change, deletes)).toBeUndefined();
  });
});

describe("a change is refused", () => {
  const freeze = [
    { start: "2027-01-01T00:00:00Z", end: "2027-01-02T00:00:00Z", reason: "new year" },
    { start: "2026-12-24T13:00:00+01:00", end: "2026-12-24T18:00:00Z", reason: "christmas" },
    { start: "2026-12-24T17:00:00Z", end: "2026-12-27T00:00:00Z", reason: "feast days" },
  ];
  const cases: readonly [string, ConnectorPolicySpec, Change, Record<number, number>, ReturnType<typeof judged>][] = [
    [
      "for its kind",
      { allowedKinds: ["Gateway", "Ingress"] },
      update,
      {},
      {
        field: "spec.allowedKinds",
        message: "ConnectorPolicy default allows the kinds Gateway, Ingress; HTTPRoute is not among them",
        until: undefined,
      },
    ],
    [
      "for any kind",
      { allowedKinds: [] },
      update,
      {},
      {
        field: "spec.allowedKinds",
        message: "ConnectorPolicy default allows no kinds; HTTPRoute is not among them",
        until: undefined,
      },
    ],
    [
      "for its namespace",
      { allowedNamespaces: Array.from({ length: 12 }, (_, n) => `team-${n}`) },
      remove,
      {},
      {
        field: "spec.allowedNamespaces",
        message:
          "ConnectorPolicy default allows the namespaces team-0, team-1, team-2, team-3, team-4, team-5, team-6, team-7, team-8, team-9 and 2 more; shop is not among them",
        until: undefined,
      },
    ],
    [
      "for being in no namespace when namespaces are bounded",
      { allowedNamespaces: ["shop"] },
      { action: "create", kind: "GatewayClass", namespace: "" },
      {},
      {
        field: "spec.allowedNamespaces",
        message: "ConnectorPolicy default allows the namespaces shop; a GatewayClass is in none",
        until: undefined,
      },
    ],
    [
      "until the last of the freezes that follow on each other ends",
      { freeze },
      update,
      {},
      {
        field: "spec.freeze[1]",
        message:
          "ConnectorPolicy default freezes this cluster until 2026-12-27T00:00:00Z (christmas); the update waits until then",
        until: Date.parse("2026-12-27T00:00:00Z"),
      },
    ],
    [
      "when the deletions of the hour are made, until the oldest no longer counts",
      { maxDeletesPerHour: 3 },
      remove,
      { 10: 2, 50: 1 },
      {
        field: "spec.maxDeletesPerHour",
        message:
          "ConnectorPolicy default allows 3 deletions per hour, and they are made; the next is possible at 2026-12-24T12:11:00Z",
        until: Date.parse("2026-12-24T12:11:00Z"),
      },
    ],
    [
      "until enough no longer count, when the bound was lowered",
      { maxDeletesPerHour: 2 },
      remove,
      { 10: 2, 50: 1 },
      {
        field: "spec.maxDeletesPerHour",
        message:
          "ConnectorPolicy default allows 2 deletions per hour, and they are made; the next is possible at 2026-12-24T12:51:00Z",
        until: Date.parse("2026-12-24T12:51:00Z"),
      },
    ],
    [
      "when no deletion is ever allowed",
      { maxDeletesPerHour: 0 },
      remove,
      {},
      {
        field: "spec.maxDeletesPerHour",
        message: "ConnectorPolicy default allows no deletions (0 per hour)",
        until: undefined,
      },
    ],
    [
      "for what stays, rather than for what passes",
      { allowedNamespaces: [], freeze, maxDeletesPerHour: 0 },
      remove,
      {},
      {
        field: "spec.allowedNamespaces",
        message: "ConnectorPolicy default allows no namespaces; shop is not among them",
        until: undefined,
      },
    ],
  ];

  test.each(cases)("%s", (_title, policy, change, deletes, expected) => {
    expect(judged(policy, change, deletes)).toEqual(expected);
  });
});
