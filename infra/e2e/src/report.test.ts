import { expect, test } from "vitest";
import { reportText } from "./report.ts";

test("names the commit, counts, and lists every test with its file", () => {
  const assertionResults = [
    { fullName: "answers", status: "passed", duration: 1_234 },
    { fullName: "does not", status: "failed", duration: null },
  ];
  const testResults = [{ name: "/r/infra/e2e/src/a.long.ts", startTime: 0, endTime: 61_000, assertionResults }];
  expect(reportText({ startTime: 0, testResults }, { root: "/r", commit: "abc" })).toBe(`# End to end on real clusters

Commit abc, 1970-01-01: 1 of 2 passed. Run with \`npm run e2e\`.

## infra/e2e/src/a.long.ts

61 s in all, set-up included.

| test | outcome | s |
| --- | --- | ---: |
| answers | passed | 1.2 |
| does not | failed | 0.0 |
`);
});
