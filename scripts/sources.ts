import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Paths git knows or would add (ignored files are left out), relative to the root. */
export function trackedFiles(...patterns: readonly string[]): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...patterns];
  const output = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  return [...new Set(output.split("\0"))].filter((path) => path !== "" && exists(path)).sort();
}

/** The text of a file given by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every module name that a TypeScript text imports, exports from, or loads. */
export function importedModules(text: string): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^\s*import\s+)["']([^"']+)["']/gm;
  return [...text.matchAll(pattern)].flatMap((match) => (match[1] === undefined ? [] : [match[1]]));
}

function exists(path: string): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ?? false;
}
