import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EXIT } from "./exit-codes.ts";

test("the README documents every exit code and no other", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const documented = [...readme.matchAll(/^\| (\d) \| /gm)].map((match) => Number(match[1]));
  expect(documented).toEqual(Object.values(EXIT));
});
