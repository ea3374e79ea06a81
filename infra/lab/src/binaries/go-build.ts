import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { findGo } from "@fairlead/testkit";
import { waitForLock } from "../machine/file-lock.ts";
import { attempt } from "../machine/run.ts";
import type { Say } from "../stages.ts";

export interface GoBuild {
  /** What is built, for people: `Kubernetes 1.33.4`. */
  readonly title: string;
  /** How long it takes the first time, for people. */
  readonly expected: string;
  /** The folder of the Go module, with go.mod and go.sum. */
  readonly source: string;
  /** The package to build, from the module. */
  readonly package: string;
  /** Given to the linker with `-X`: variable → value. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The program to make; its folder keeps the stamp as well. */
  readonly output: string;
}

/**
 * Builds a static program unless it is there already from the same sources, flags and Go release; gives its path.
 * Safe to run twice at once: the second waits for the first. Without Go whatever was built before will do. Throws with Go's words when the build fails.
 */
export async function goBuild(build: GoBuild, say: Say): Promise<string> {
  const go = await findGo();
  const stamp = `${build.output}.stamp`;
  if (go === undefined) {
    if (existsSync(build.output) && existsSync(stamp)) return build.output;
    throw new Error(`there is no Go on this machine to build ${build.title} with; install Go 1.24 or newer`);
  }
  const inputs = await hashInputs(go, build);
  const current = () => existsSync(build.output) && existsSync(stamp) && readFileSync(stamp, "utf8") === inputs;
  if (current()) return build.output;
  using _ = await waitForLock(`${build.output}.lock`, ({ pid }) =>
    say(`process ${pid} is building ${build.title}; waiting`),
  );
  if (current()) return build.output;
  rmSync(stamp, { force: true });
  await compile(go, build, say);
  renameSync(`${build.output}.new`, build.output);
  writeFileSync(`${stamp}.new`, inputs);
  renameSync(`${stamp}.new`, stamp);
  return build.output;
}

function flags({ variables = {} }: GoBuild): string[] {
  const linker = ["-s", "-w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)];
  return ["-trimpath", "-mod=readonly", "-ldflags", linker.join(" ")];
}

async function hashInputs(go: string, build: GoBuild): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([build.package, flags(build), (await attempt([go, "env", "GOVERSION"])).stdout.trim()]));
  const code = join(build.source, build.package);
  const files = [
    ...["go.mod", "go.sum"].map((name) => join(build.source, name)),
    ...readdirSync(code)
      .filter((name) => name.endsWith(".go"))
      .sort()
      .map((name) => join(code, name)),
  ];
  for (const path of files) {
    if (existsSync(path)) hash.update(`\0${relative(build.source, path)}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

async function compile(go: string, build: GoBuild, say: Say): Promise<void> {
  const from = Date.now();
  const elapsed = () => `${Math.round((Date.now() - from) / 1000)} s`;
  say(`building ${build.title} (once, ${build.expected})`);
  const list = await attempt([go, "list", "-deps", build.package], { cwd: build.source, timeoutMs: 900_000 });
  const total = list.stdout.split("\n").filter(Boolean).length;
  let done = 0;
  const ticker = setInterval(
    () => say(`building ${build.title} … ${done} of at most ${total} packages / ${elapsed()}`),
    30_000,
  );
  try {
    await runGo(go, build, () => done++);
  } finally {
    clearInterval(ticker);
  }
  say(`built ${build.title} in ${elapsed()}`);
}

/** Runs the compiler at low priority: what runs beside it needs the processors more. */
function runGo(go: string, build: GoBuild, onPackage: () => void): Promise<void> {
  const args = ["build", "-v", ...flags(build), "-o", `${build.output}.new`, build.package];
  return new Promise((resolve, reject) => {
    const child = spawn("nice", ["-n", "15", go, ...args], {
      cwd: build.source,
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const tail: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (tail.push(line) > 20) tail.shift();
      if (!line.startsWith("go: ")) onPackage();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go build of ${build.title} ended with ${code}:\n${tail.join("\n")}`));
    });
  });
}
