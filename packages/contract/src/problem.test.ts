import { readdirSync, readFileSync } from "node:fs";
import { ERROR_CODES, MeshError } from "@fairlead/core";
import { describe, expect, test } from "vitest";
import { fromProblem, PROBLEM_STATUS, PROBLEM_TITLE, problemSchema, problemType, toProblem } from "./problem.ts";

const pages = new URL("../../../docs/errors/", import.meta.url);

describe("error pages", () => {
  test.each(ERROR_CODES)("%s says what it means and what to check", (code) => {
    const page = readFileSync(new URL(`${code}.md`, pages), "utf8");
    expect(page.startsWith(`# \`${code}\`\n`)).toBe(true);
    expect(page).toContain(`${PROBLEM_TITLE[code]} · HTTP ${PROBLEM_STATUS[code]}`);
    expect(page).toMatch(/\n## What to check\n\n1\. /);
  });

  test("there is a page for nothing else", () => {
    const codes = readdirSync(pages).filter((name) => name !== "README.md");
    expect(codes.sort()).toEqual(ERROR_CODES.map((code) => `${code}.md`).sort());
  });
});

describe("problems", () => {
  const error = new MeshError("invalid_field", {
    public: "spec.listeners: must have at least 1 item",
    internal: "never shown",
    fields: [{ field: "spec.listeners", value: "[]", message: "must have at least 1 item" }],
  });

  test("a problem is an error's public side and comes back as the same error", () => {
    const problem = toProblem(error, "req_1");
    expect(problemSchema.parse(problem)).toEqual({
      type: problemType("invalid_field"),
      title: "A field is not valid",
      status: 422,
      detail: "spec.listeners: must have at least 1 item",
      code: "invalid_field",
      requestId: "req_1",
      errors: [{ field: "spec.listeners", value: "[]", message: "must have at least 1 item" }],
    });
    expect(JSON.stringify(problem)).not.toContain("never shown");
    const back = fromProblem(problem);
    expect([back.code, back.public, back.fields]).toEqual([error.code, error.public, error.fields]);
  });
});
