import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { generatedFiles } from "../src/generated-files.ts";

// Writes what of the charts is made from code: values, their schema and table, Envoy's start-up configuration.
const root = new URL("../", import.meta.url);
for (const [path, text] of generatedFiles(readFileSync(new URL("README.md", root), "utf8"))) {
  const target = new URL(path, root);
  mkdirSync(new URL(".", target), { recursive: true });
  writeFileSync(target, text);
}
