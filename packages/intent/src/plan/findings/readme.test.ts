import { readFileSync } from "node:fs";
import { FINDINGS } from "@fairlead/contract";
import { expect, test } from "vitest";

test("the README's table says of every code what the list says, and of no other", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const rows = [...readme.matchAll(/^\| `([a-z_]+)` \| (error|warning|info) \| (.*) \|$/gm)];
  const told = rows.map(([, code, severity, means]) => [code, { severity, means }]);
  expect(told).toEqual(Object.entries(FINDINGS));
});
