import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { whyNoLab } from "@fairlead/lab";
import { tempDir } from "@fairlead/testkit";
import { ROOT } from "./mesh/root.ts";
import { run } from "./mesh/run.ts";
import { type Outcome, reportText } from "./report.ts";

const USAGE = `usage: npm run e2e -- [FILE…] [--no-report]

Runs the long form of the tests on real clusters, all files or those whose path holds one of the words, and writes
docs/reports/e2e.md, which names the commit that was judged.
`;

const words = process.argv.slice(2);
if (words.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const problems = await whyNoLab();
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
await using folder = await tempDir("e2e");
const file = join(folder.path, "report.json");
const commit = (await run(["git", "rev-parse", "--short=12", "HEAD"])).trim();
const changed = (await run(["git", "status", "--porcelain"])).trim() !== "";
const { status } = spawnSync(
  "vitest",
  [
    ...["run", "--config", "infra/e2e/vitest.long.config.ts", "--root", ROOT],
    ...["--reporter=verbose", "--reporter=json", `--outputFile.json=${file}`],
    ...words.filter((word) => !word.startsWith("--")),
  ],
  { cwd: ROOT, stdio: "inherit" },
);
const outcome: Outcome = JSON.parse(readFileSync(file, "utf8"));
if (!words.includes("--no-report")) {
  const path = join(ROOT, "docs/reports/e2e.md");
  writeFileSync(path, reportText(outcome, { root: ROOT, commit: changed ? `${commit} with changes` : commit }));
  console.log(`\n${path}`);
}
process.exitCode = status ?? 1;
