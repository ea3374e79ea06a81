import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { tempDir } from "./temp-dir.ts";

const run = promisify(execFile);

/** The source of a Go module, or the reason why there is none on this machine. */
export type GoModule = { readonly directory: string } | { readonly missing: string };

/**
 * The read-only source of a Go module of one version, from Go's module cache, fetched into it on first use. Without Go,
 * or when it cannot be fetched, the answer is `missing`, and whoever asks must report what was skipped.
 */
export async function ensureGoModule(path: string, version: string): Promise<GoModule> {
  const go = await findGo();
  if (go === undefined) return { missing: `there is no Go on this machine to fetch ${path} ${version} with` };
  // A folder without go.mod, so that no module of the surroundings has a say.
  await using folder = await tempDir("go-module");
  try {
    const { stdout } = await run(go, ["mod", "download", "-json", `${path}@${version}`], {
      cwd: folder.path,
      env: { ...process.env, GOFLAGS: "-mod=mod", GOTOOLCHAIN: "auto", GOWORK: "off" },
      timeout: 180_000,
    });
    const { Dir }: { Dir?: string } = JSON.parse(stdout);
    return Dir === undefined
      ? { missing: `go mod download named no folder for ${path} ${version}` }
      : { directory: Dir };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    return { missing: `${path} ${version} could not be fetched: ${reason}` };
  }
}

/** Where Go is, on the path or where its installer puts it; undefined when it is not there. */
export async function findGo(): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/go/bin"];
  for (const folder of folders) {
    if (folder !== "" && (await isThere(join(folder, "go")))) return join(folder, "go");
  }
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
