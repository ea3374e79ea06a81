import { execFile } from "node:child_process";
import { access, cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachePath } from "./cache.ts";
import { ensureGoModule, findGo } from "./go.ts";

const run = promisify(execFile);

/** A command of a Go module, in one release. */
export interface GoTool {
  readonly name: string;
  /** Such as `helm.sh/helm/v4/cmd/helm`. */
  readonly package: string;
  /** Such as `v4.3.1`. */
  readonly version: string;
  /** The module, when it replaces modules of its own: Go builds such a one from its source alone. */
  readonly module?: string;
}

/** Where a tool is, or the reason why there is none on this machine. */
export type EnsuredTool = { readonly path: string } | { readonly missing: string };

/**
 * A tool from `$FAIRLEAD_CACHE/<name>-<version>/<name>`, built there from its Go module on first use (some minutes, once;
 * says so on standard error). Without Go the answer is `missing`, and whoever asks must report what was skipped.
 */
export async function ensureGoTool(tool: GoTool): Promise<EnsuredTool> {
  const { name, version } = tool;
  const folder = cachePath(`${name}-${version.replace(/^v/, "")}`);
  const path = join(folder, name);
  if (await isThere(path)) return { path };
  const go = await findGo();
  if (go === undefined) return { missing: `${name} ${version} is not in ${folder} and there is no Go to build it` };
  const work = `${folder}.${process.pid}`;
  await mkdir(work, { recursive: true });
  const started = Date.now();
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(`building ${name} ${version} from its Go module (once, some minutes)`);
  const ticker = setInterval(
    () => say(`building ${name} ${version}: ${Math.round((Date.now() - started) / 1000)} s`),
    30_000,
  );
  try {
    await build(go, tool, work);
    await mkdir(folder, { recursive: true });
    // Whoever builds it at the same time makes the same file; the last rename wins.
    await rename(join(work, tool.package.split("/").at(-1) ?? name), path);
    say(`built ${name} ${version} in ${Math.round((Date.now() - started) / 1000)} s`);
    return { path };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split("\n").slice(-3).join(" ") : String(error);
    return { missing: `${name} ${version} could not be built: ${reason}` };
  } finally {
    clearInterval(ticker);
    await rm(work, { recursive: true, force: true });
  }
}

async function build(go: string, tool: GoTool, work: string): Promise<void> {
  const options = {
    cwd: work,
    env: { ...process.env, GOBIN: work, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
    maxBuffer: 1 << 26,
  };
  // At low priority: what runs beside it needs the processors more.
  const install = ["-n", "15", go, "install", "-trimpath", "-ldflags", "-s -w"];
  if (tool.module === undefined) {
    await run("nice", [...install, `${tool.package}@${tool.version}`], options);
    return;
  }
  const module = await ensureGoModule(tool.module, tool.version);
  if ("missing" in module) throw new Error(module.missing);
  const source = join(work, "source");
  await cp(module.directory, source, { recursive: true });
  // Go's module cache is read-only, and a copy of it could not be taken away again.
  await run("chmod", ["-R", "u+w", source], options);
  await run("nice", [...install, `.${tool.package.slice(tool.module.length)}`], { ...options, cwd: source });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
