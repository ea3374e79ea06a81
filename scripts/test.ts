// The one gate: `npm test` and `npm run all`. Runs every static check, then every test, and closes with a count.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBinaries, whyNoLab } from "../infra/lab/src/index.ts";
import { ensureChromium, ensureHelm, ensureKubectl, ensureMoto } from "../packages/testkit/src/index.ts";
import { root } from "./sources.ts";

interface Gate {
  readonly name: string;
  readonly command: readonly string[];
}

const gates: readonly Gate[] = [
  { name: "format and lint", command: ["biome", "ci", "--error-on-warnings", "."] },
  { name: "types", command: ["turbo", "run", "typecheck", "--output-logs=errors-only"] },
  { name: "unused files, exports and dependencies", command: ["knip", "--no-config-hints"] },
  { name: "workspace versions", command: ["sherif"] },
];

/** How a test file's suffix names its rung; the order is that of CONTRIBUTING.md. */
const rungs = ["pure", "pg", "proto", "kube", "envoy", "helm", "lab", "e2e"] as const;

const started = Date.now();
const failedGates: string[] = [];
for (const gate of gates) {
  const from = Date.now();
  console.log(`\n── ${gate.name}: ${gate.command.join(" ")}`);
  const code = await run(gate.command);
  console.log(`── ${gate.name}: ${code === 0 ? "ok" : `failed (${code})`} in ${seconds(from)} s`);
  if (code !== 0) failedGates.push(gate.name);
}

// Built or fetched here and not inside the first test that needs it, where minutes would look like a hang.
console.log("\n── what the tests need: Kubernetes, kubectl, Helm and its checkers, an SQS server, Chromium");
const noLab = await whyNoLab();
if (noLab.length > 0) console.log(noLab.join("\n"));
else await ensureBinaries(console.log);
const kubectl = await ensureKubectl();
console.log("missing" in kubectl ? kubectl.missing : kubectl.path);
for (const tool of Object.values(await ensureHelm())) console.log("missing" in tool ? tool.missing : tool.path);
console.log(await ensureMoto());
const chromium = await ensureChromium();
console.log("missing" in chromium ? chromium.missing : chromium.path);

console.log("\n── tests");
const report = mkdtempSync(join(tmpdir(), "fairlead-test-"));
const reportFile = join(report, "report.json");
const testsCode = await run([
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${reportFile}`,
  ...process.argv.slice(2).filter((a) => a !== "--gates-first"),
]);
const counts = summarize(reportFile);
rmSync(report, { recursive: true, force: true });

console.log(
  `\nIn ${seconds(started)} s. By rung: ${rungs.map((rung) => `${rung} ${counts.byRung.get(rung) ?? 0}`).join(", ")}.`,
);
if (failedGates.length > 0) console.log(`Failed gates: ${failedGates.join(", ")}.`);
if (noLab.length > 0) console.log(`No lab test ran: ${noLab.join(" ")}`);
if ("missing" in chromium) console.log(`No browser test ran: ${chromium.missing}.`);
for (const name of counts.skippedNames) console.log(`skipped: ${name}`);
console.log(`tests: ${counts.passed} passed, ${counts.failed + failedGates.length} failed, ${counts.skipped} skipped`);
process.exit(testsCode === 0 && failedGates.length === 0 ? 0 : 1);

function run(command: readonly string[]): Promise<number> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { cwd: root, stdio: "inherit" });
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

function seconds(from: number): string {
  return ((Date.now() - from) / 1000).toFixed(1);
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  readonly skippedNames: string[];
  readonly byRung: Map<string, number>;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function summarize(file: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, skippedNames: [], byRung: new Map() };
  const { testResults }: Report = JSON.parse(readFileSync(file, "utf8"));
  for (const suite of testResults) {
    const rung = /\.(pg|proto|kube|envoy|helm|lab|e2e)\.test\.ts$/.exec(suite.name)?.[1] ?? "pure";
    if (suite.status === "failed" && suite.assertionResults.every(({ status }) => status !== "failed")) counts.failed++;
    for (const { status, fullName } of suite.assertionResults) {
      if (status === "passed") {
        counts.passed++;
        counts.byRung.set(rung, (counts.byRung.get(rung) ?? 0) + 1);
      } else if (status === "failed") counts.failed++;
      else {
        counts.skipped++;
        counts.skippedNames.push(fullName);
      }
    }
  }
  return counts;
}
