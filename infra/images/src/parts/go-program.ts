import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cachePath, ensureGoModule, findGo } from "@fairlead/testkit";
import { program } from "../oci/file-entry.ts";
import { run } from "../run.ts";
import type { SbomPackage } from "../sbom.ts";
import { skeleton } from "./base.ts";
import type { Part } from "./part.ts";

export interface GoProgram {
  /** What it is called in the image's root folder. */
  readonly name: string;
  /** The folder with go.mod and go.sum: below the repository, or a module of one version, whose own sums are used. */
  readonly source: string | { readonly module: string; readonly version: string };
  /** The package to build. */
  readonly package: string;
}

/** A static Go program and the users it may run as; built by Go's own cache in seconds once it was built. */
export async function goProgram(
  root: string,
  { name, source, package: path }: GoProgram,
  say: (line: string) => void,
): Promise<Part> {
  const go = await findGo();
  if (go === undefined)
    throw new Error(`there is no Go on this machine to build ${name} with; install Go 1.24 or newer`);
  const folder = cachePath("images", "go");
  await mkdir(folder, { recursive: true });
  const output = join(folder, `${name}-${process.pid}`);
  say(`building ${name} with Go (some minutes the first time)`);
  const flags = ["-trimpath", "-mod=readonly", "-buildvcs=false", "-ldflags=-s -w -buildid="];
  // At low priority: what runs beside it needs the processors more.
  await run("nice", ["-n", "15", go, "build", ...flags, "-o", output, path], {
    cwd: await directory(root, source),
    env: { CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
  });
  const [content, modules] = [await readFile(output), await run(go, ["version", "-m", output])];
  await run("rm", ["-f", output]);
  return { title: name, entries: [...skeleton(), program(name, content)], packages: goModules(modules) };
}

async function directory(root: string, source: GoProgram["source"]): Promise<string> {
  if (typeof source === "string") return join(root, source);
  const found = await ensureGoModule(source.module, source.version);
  if ("missing" in found) throw new Error(found.missing);
  return found.directory;
}

/** The modules that `go version -m` reads from a program; one that was replaced is followed by what replaced it. */
export function goModules(text: string): SbomPackage[] {
  const [, release] = /: go(\d\S*)/.exec(text) ?? [];
  const rows = text.split("\n").map((line) => line.trim().split("\t"));
  const modules = rows.flatMap(([kind, name = "", version = ""], index) => {
    if (kind !== "dep" && kind !== "=>") return [];
    if (kind === "dep" && rows[index + 1]?.[0] === "=>") return [];
    return [{ type: "golang", name, version } as const];
  });
  return [
    ...(release === undefined ? [] : [{ type: "golang", name: "stdlib", version: release } as const]),
    ...modules,
  ];
}
