import { spawn } from "node:child_process";
import { access, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cachePath } from "./cache.ts";
import { findGo } from "./go.ts";

/** The kubectl that tests run; built from the Go module of the same release. */
export const KUBECTL_VERSION = "1.33.4";

/** A program to run, or the reason why there is none on this machine. */
export type Kubectl = { readonly path: string } | { readonly missing: string };

/**
 * The real kubectl: the lab's when its Kubernetes was built, else `$FAIRLEAD_CACHE/kubectl-<version>/kubectl`, built
 * there from `k8s.io/kubectl` on first use (about three minutes, once; says so on standard error). Without Go the
 * answer is `missing`, and whoever asks must report what was skipped.
 */
export async function ensureKubectl(): Promise<Kubectl> {
  // The lab's Kubernetes holds the same kubectl; whoever has that need not build another.
  const ofLab = cachePath(`kubernetes-${KUBECTL_VERSION}`, "kubectl");
  if (await exists(ofLab)) return { path: ofLab };
  const folder = cachePath(`kubectl-${KUBECTL_VERSION}`);
  const path = join(folder, "kubectl");
  if (await exists(path)) return { path };
  const go = await findGo();
  if (go === undefined) {
    return { missing: `kubectl ${KUBECTL_VERSION} is not in ${folder} and there is no Go on this machine to build it` };
  }
  await mkdir(folder, { recursive: true });
  const unlock = await lock(join(folder, "build.lock"));
  try {
    if (!(await exists(path))) await build(go, folder, path);
    return { path };
  } catch (error) {
    return {
      missing: `kubectl ${KUBECTL_VERSION} could not be built: ${error instanceof Error ? error.message : error}`,
    };
  } finally {
    await unlock();
  }
}

const MAIN_GO = `package main

import (
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
`;

async function build(go: string, folder: string, path: string): Promise<void> {
  const [major, minor, patch] = KUBECTL_VERSION.split(".");
  const module = `v0.${minor}.${patch}`;
  await writeFile(join(folder, "main.go"), MAIN_GO);
  await writeFile(
    join(folder, "go.mod"),
    `module kubectl\n\ngo 1.24.0\n\nrequire (\n\tk8s.io/component-base ${module}\n\tk8s.io/kubectl ${module}\n)\n`,
  );
  const started = Date.now();
  say(`building kubectl ${KUBECTL_VERSION} from its Go module (once, some minutes)`);
  const ticker = setInterval(
    () => say(`building kubectl ${KUBECTL_VERSION}: ${Math.round((Date.now() - started) / 1000)} s`),
    30_000,
  );
  // The version is stamped in because `kubectl version` and the version-skew warning parse it.
  const stamp = (name: string, value: string) => `-X k8s.io/component-base/version.${name}=${value}`;
  const flags = [
    "-s -w",
    stamp("gitVersion", `v${KUBECTL_VERSION}`),
    stamp("gitMajor", `${major}`),
    stamp("gitMinor", `${minor}`),
  ];
  try {
    await run(go, ["mod", "tidy"], folder);
    await run(go, ["build", "-trimpath", "-ldflags", flags.join(" "), "-o", "kubectl.new", "."], folder);
  } finally {
    clearInterval(ticker);
  }
  await rename(`${path}.new`, path);
  say(`built kubectl ${KUBECTL_VERSION} in ${Math.round((Date.now() - started) / 1000)} s`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Runs Go at low priority: the tests beside it need the processors more. */
function run(go: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("nice", ["-n", "15", go, ...args], {
      cwd,
      env: { ...process.env, CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let tail = "";
    child.stderr.on("data", (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-2000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${args[0]} ended with ${code}: ${tail.trim()}`));
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** One build at a time over all processes; a lock whose owner is gone does not count. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(`${process.pid}`);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const owner = Number(await readFile(path, "utf8").catch(() => ""));
      if (Number.isInteger(owner) && owner > 0 && !isAlive(owner)) await rm(path, { force: true });
      else await sleep(500);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
