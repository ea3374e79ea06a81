import { type FieldProblem, MeshError } from "@fairlead/core";
import type { z } from "@hono/zod-openapi";

type Issue = z.core.$ZodIssue;

/**
 * Turns zod's issues into field problems: path as `spec.rules[0].matches`, the value given as short JSON
 * (when `input` is the value that was checked), and what would be right.
 */
export function fieldProblems(error: z.core.$ZodError, input?: unknown, prefix = ""): FieldProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, [], input, prefix));
}

/** Where a request's part was wrong. */
export type RequestPart = "json" | "query" | "param" | "header" | "form" | "cookie";

/**
 * The error for a request that did not validate. An id that cannot exist is `not_found`, as an absent one is;
 * only unknown fields give `unknown_field`; everything else is `invalid_field`.
 */
export function validationError(error: z.core.$ZodError, part: RequestPart, input?: unknown): MeshError {
  const fields = fieldProblems(error, input);
  if (part === "param") return new MeshError("not_found", { public: "Nothing of that id is visible to this token." });
  const unknown = error.issues.every((issue) => issue.code === "unrecognized_keys");
  const first = fields[0];
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : "";
  return new MeshError(unknown ? "unknown_field" : "invalid_field", {
    public: first === undefined ? "The request is not valid." : `${describeProblem(first)}${more}`,
    fields,
  });
}

/** One line: `field: message`, with the value when there is one. */
export function describeProblem(problem: FieldProblem): string {
  const field = problem.field === "" ? "body" : problem.field;
  return problem.value === undefined
    ? `${field}: ${problem.message}`
    : `${field}: ${problem.message} (got ${problem.value})`;
}

/** Dotted path with `[i]` for list items; keys that are no plain names are quoted in brackets. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(part))) text += text === "" ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}

function problemsOf(issue: Issue, base: readonly PropertyKey[], input: unknown, prefix: string): FieldProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => ({
      field: prefix + formatPath([...path, key]),
      message: messages.length === issue.keys.length ? (messages[index] ?? "unknown field") : "unknown field",
    }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // The branch that fits best is the one with the fewest complaints.
    const branch = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return branch.flatMap((inner) => problemsOf(inner, path, input, prefix));
  }
  const value = shortJson(valueAt(input, path));
  return [
    { field: prefix + formatPath(path), ...(value === undefined ? {} : { value }), message: messageOf(issue, value) },
  ];
}

function messageOf(issue: Issue, value: string | undefined): string {
  switch (issue.code) {
    case "invalid_type":
      if (value === undefined && /received undefined/.test(issue.message)) return "is required";
      return `must be ${article(issue.expected)}`;
    case "too_big":
      return `must ${limit("at most", issue.origin, issue.maximum)}`;
    case "too_small":
      return `must ${limit("at least", issue.origin, issue.minimum)}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "invalid_key":
    case "invalid_element":
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

function limit(bound: string, origin: string, count: number | bigint): string {
  const plural = Number(count) === 1 ? "" : "s";
  if (origin === "string") return `be ${bound} ${count} character${plural} long`;
  if (origin === "array" || origin === "set") return `have ${bound} ${count} item${plural}`;
  if (origin === "object" || origin === "map") return `have ${bound} ${count} entr${plural ? "ies" : "y"}`;
  return `be ${bound} ${count}`;
}

function article(expected: string): string {
  if (expected === "record") return "an object";
  if (expected === "int") return "a whole number";
  return `${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected === "array" ? "list" : expected}`.replace(
    "an list",
    "a list",
  );
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function shortJson(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text === undefined || text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}
