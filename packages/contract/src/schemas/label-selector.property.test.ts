import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LabelSelector, matchesSelector } from "./label-selector.ts";

const key = fc.constantFrom("env", "region", "tier", "constructor", "__proto__");
const value = fc.constantFrom("a", "b", "c", "");
const labels = fc.dictionary(key, value);
const requirement = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values: fc.array(value, { minLength: 1 }),
  }),
  fc.record({ key, operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const) }),
);
const selector: fc.Arbitrary<LabelSelector> = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(requirement) },
  { requiredKeys: [] },
);

describe("matchesSelector", () => {
  test("an empty selector matches everything", () => {
    fc.assert(fc.property(labels, (given) => matchesSelector({}, given)));
  });

  test("parts are a conjunction: together they match exactly when each of them does", () => {
    fc.assert(
      fc.property(selector, selector, labels, (a, b, given) => {
        const both = {
          matchExpressions: [...asExpressions(a), ...asExpressions(b)],
        };
        expect(matchesSelector(both, given)).toBe(matchesSelector(a, given) && matchesSelector(b, given));
      }),
    );
  });

  test("In and NotIn, Exists and DoesNotExist are opposites", () => {
    const opposite = { In: "NotIn", NotIn: "In", Exists: "DoesNotExist", DoesNotExist: "Exists" } as const;
    fc.assert(
      fc.property(requirement, labels, (one, given) => {
        const other = { ...one, operator: opposite[one.operator] };
        expect(matchesSelector({ matchExpressions: [one] }, given)).toBe(
          !matchesSelector({ matchExpressions: [other] }, given),
        );
      }),
    );
  });

  test("labels it does not name never change the answer", () => {
    fc.assert(
      fc.property(selector, labels, value, (one, given, extra) => {
        expect(matchesSelector(one, { ...given, unrelated: extra })).toBe(matchesSelector(one, given));
      }),
    );
  });

  // Guarantee: what objects inherit is not a label.
  test("a key every object inherits is absent unless it was set", () => {
    expect(matchesSelector({ matchExpressions: [{ key: "constructor", operator: "Exists" }] }, {})).toBe(false);
  });
});

function asExpressions(from: LabelSelector) {
  const equalities = Object.entries(from.matchLabels ?? {}).map(([name, wanted]) => ({
    key: name,
    operator: "In" as const,
    values: [wanted],
  }));
  return [...equalities, ...(from.matchExpressions ?? [])];
}
