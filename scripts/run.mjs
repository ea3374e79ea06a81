#!/usr/bin/env node
// Entry of every npm script. Runs on any Node from 20 on with nothing installed: it brings what is missing
// (packages, Node 24, generated code, Envoy), says so, and hands over to the command's TypeScript.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environment, nodeBinary, setUp } from "./set-up.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each command runs once everything is in place, and what it needs beyond the packages. */
const commands = {
  start: { file: "apps/standalone/src/main.ts", needs: ["gen", "envoy", "console"] },
  test: { file: "scripts/test.ts", needs: ["gen", "envoy", "console"] },
  all: { file: "scripts/test.ts", args: ["--gates-first"], needs: ["gen", "envoy", "console"] },
  bench: { file: "apps/standalone/bench/main.ts", needs: ["gen", "envoy", "console"] },
  cli: { file: "apps/cli/src/main.ts", needs: [], quiet: true },
  lab: { file: "infra/lab/src/main.ts", needs: [], quiet: true },
  images: { file: "infra/images/src/main.ts", needs: ["gen", "envoy", "console"] },
  e2e: { file: "infra/e2e/src/main.ts", needs: ["gen", "envoy", "console"] },
  gen: { needs: ["gen"], also: ["packages/contract/tools/gen.ts", "infra/helm/tools/gen.ts"] },
};

/** Benchmarks besides that of the whole product, as the word behind `npm run bench --`. */
const benches = {
  plan: { file: "apps/cloud/bench/plan.ts", needs: ["gen"] },
  console: { file: "apps/standalone/bench/console.ts", needs: ["gen", "envoy", "console"] },
  scale: { file: "infra/e2e/bench/scale.ts", needs: ["gen", "envoy", "console"] },
};

const [name, ...words] = process.argv.slice(2);
const bench = name === "bench" ? benches[words[0]] : undefined;
const command = bench ?? commands[name];
const args = bench === undefined ? words : words.slice(1);
if (command === undefined) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(commands).join("|")}`);
  process.exit(2);
}

try {
  await setUp(root, command.needs, command.quiet ?? false);
} catch (error) {
  console.error(`\nset-up failed: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
const files = [...(command.also ?? []), ...(command.file === undefined ? [] : [command.file])];
for (const file of files) {
  const code = await run([file, ...(command.args ?? []), ...args]);
  if (code !== 0) process.exit(code);
}

function run(argv) {
  const child = spawn(nodeBinary(root), argv, { stdio: "inherit", env: environment(root), cwd: process.cwd() });
  // The terminal sends Ctrl-C to the whole group; a signal sent to this process alone has to be passed on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}
