import type { ConnectorPolicySpec } from "@fairlead/contract/connector-policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minuteOf, recentCounts } from "./delete-counts.ts";
import { type Change, judgeChange } from "./judge-change.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const times = fc.integer({ min: DAY, max: 2 * DAY });
const changes: fc.Arbitrary<Change> = fc.record({
  action: fc.constantFrom("create" as const, "update" as const, "delete" as const),
  kind: fc.constantFrom("HTTPRoute", "Gateway", "ReferenceGrant"),
  namespace: fc.constantFrom("", "shop", "default"),
});
const counts = fc
  .array(fc.tuple(times.map(minuteOf), fc.integer({ min: 1, max: 5 })), { maxLength: 8 })
  .map((pairs) => new Map(pairs));
const policies: fc.Arbitrary<ConnectorPolicySpec> = fc.record(
  {
    allowedKinds: fc.subarray(["HTTPRoute" as const, "Gateway" as const]),
    allowedNamespaces: fc.subarray(["shop", "default"]),
    maxDeletesPerHour: fc.integer({ min: 0, max: 10 }),
    freeze: fc.array(
      fc.tuple(times, fc.integer({ min: 1, max: HOUR })).map(([start, ms]) => ({
        start: new Date(start).toISOString(),
        end: new Date(start + ms).toISOString(),
        reason: "r",
      })),
      { maxLength: 5 },
    ),
  },
  { requiredKeys: [] },
);

describe("the judgement", () => {
  test("a bound less refuses no more", () => {
    fc.assert(
      fc.property(
        policies,
        changes,
        times,
        counts,
        fc.constantFrom("allowedKinds", "allowedNamespaces", "maxDeletesPerHour", "freeze"),
        (policy, change, now, deletes, bound) => {
          const { [bound]: _, ...less } = policy;
          fc.pre(judgeChange(policy, change, now, deletes) === undefined);
          expect(judgeChange(less, change, now, deletes)).toBeUndefined();
        },
      ),
    );
  });

  test("refuses the same until the time it names, and not for that bound then", () => {
    fc.assert(
      fc.property(
        policies,
        changes,
        times,
        counts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (policy, change, now, deletes, part) => {
          const refusal = judgeChange(policy, change, now, deletes);
          fc.pre(refusal?.until !== undefined);
          const until = refusal?.until ?? now;
          expect(until).toBeGreaterThan(now);
          const between = now + Math.floor((until - now - 1) * part);
          // The clock may have been put back: counts of later times count from now on.
          const known = recentCounts(deletes, now);
          expect(judgeChange(policy, change, between, known)).toBeDefined();
          const bound = refusal?.field.replace(/\[.*/, "");
          expect(judgeChange(policy, change, until, known)?.field.replace(/\[.*/, "")).not.toBe(bound);
        },
      ),
    );
  });

  test("no hour holds more deletions than are allowed, and all are made in the end", () => {
    const tries = fc.array(fc.integer({ min: 0, max: 20 * 60_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(tries, fc.integer({ min: 1, max: 5 }), (gaps, max) => {
        const made: number[] = [];
        let deletes: ReadonlyMap<number, number> = new Map();
        let now = DAY;
        for (const gap of gaps) {
          now += gap;
          const change: Change = { action: "delete", kind: "HTTPRoute", namespace: "shop" };
          const refusal = judgeChange({ maxDeletesPerHour: max }, change, now, deletes);
          now = refusal?.until ?? now;
          made.push(now);
          const recent = new Map(recentCounts(deletes, now));
          deletes = recent.set(minuteOf(now), (recent.get(minuteOf(now)) ?? 0) + 1);
        }
        for (const time of made) {
          expect(made.filter((other) => other >= time && other < time + HOUR).length).toBeLessThanOrEqual(max);
        }
        expect(made).toHaveLength(gaps.length);
      }),
    );
  });
});
