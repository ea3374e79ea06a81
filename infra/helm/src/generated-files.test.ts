import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { generatedFiles } from "./generated-files.ts";
import { valuesSchema } from "./values.ts";

const folder = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(folder, path), "utf8");

test.each([...generatedFiles(read("README.md"))])("%s is what the code says (npm run gen writes it)", (path, text) => {
  expect(read(path)).toBe(text);
});

test("the defaults are values the schema takes", () => {
  expect(valuesSchema.safeParse(parse(read("fairlead/values.yaml"))).error?.issues).toBeUndefined();
});
