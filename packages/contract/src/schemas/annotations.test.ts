import { z } from "@hono/zod-openapi";
import { describe, expect, test } from "vitest";
import { describeProblem, fieldProblems } from "../field-problems.ts";
import { annotationsSchema } from "./annotations.ts";

function problems(annotations: unknown): string[] {
  const input = { annotations };
  const result = z.object({ annotations: annotationsSchema }).safeParse(input);
  return result.success ? [] : fieldProblems(result.error, input).map(describeProblem);
}

const KEY =
  "must be an annotation key such as note or example.com/note: a DNS subdomain and a slash or nothing, then at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends";
const OURS = "keys under fairlead.dev/ are Fairlead's own; choose another prefix, such as example.com/";

describe("annotations", () => {
  test.each([
    [{}],
    [{ note: "", "ingress.cilium.io/loadbalancer-mode": "dedicated" }],
    // API servers compare keys in lower case, so that the prefix may have capitals.
    [{ "Example.COM/Note": "any text at all, ✓\n" }],
    [{ [`${"a".repeat(253)}/${"b".repeat(63)}`]: "x" }],
    [{ "fairlead.dev": "no prefix", "x.fairlead.dev/a": "another prefix" }],
    [{ a: "x".repeat(262_144 - 512 - 1) }],
  ])("case %# is accepted", (annotations) => expect(problems(annotations)).toEqual([]));

  test.each<[unknown, string]>([
    [{ "fairlead.dev/intent": "rt_1" }, `annotations["fairlead.dev/intent"]: ${OURS} (got "rt_1")`],
    [{ "Fairlead.dev/x": "1" }, `annotations["Fairlead.dev/x"]: ${OURS} (got "1")`],
    [{ "a b": "1" }, `annotations["a b"]: ${KEY} (got "1")`],
    [{ "a/b/c": "1" }, `annotations["a/b/c"]: ${KEY} (got "1")`],
    [{ "/a": "1" }, `annotations["/a"]: ${KEY} (got "1")`],
    [{ "": "1" }, `annotations[""]: ${KEY} (got "1")`],
    [{ [`a.b/${"c".repeat(64)}`]: "1" }, `annotations["a.b/${"c".repeat(64)}"]: ${KEY} (got "1")`],
    [{ [`${"a".repeat(254)}/b`]: "1" }, `annotations["${"a".repeat(254)}/b"]: ${KEY} (got "1")`],
    [{ a: true }, "annotations.a: must be a string (got true)"],
    [["a"], 'annotations: must be an object (got ["a"])'],
    [
      { a: "✓".repeat(87_381) },
      `annotations: must be at most 261632 bytes in all, keys and values; these are 262144 (got {"a":"${"✓".repeat(113)}…)`,
    ],
  ])("case %# is refused with field and reason", (annotations, expected) =>
    expect(problems(annotations)).toEqual([expected]),
  );
});
