import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { MeshError } from "@fairlead/core";
import type { Io } from "../io.ts";

/** A text to read manifests from, and what to call it in messages. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Reads files, directories (every .yaml, .yml and .json below, in the order of their paths) and `-` (standard input). */
export async function readSources(paths: readonly string[], io: Io): Promise<Source[]> {
  const sources: Source[] = [];
  for (const path of paths) {
    if (path === "-") sources.push({ name: "standard input", text: await io.readStdin() });
    else sources.push(...readPath(path, io.cwd));
  }
  return sources;
}

function readPath(path: string, cwd: string): Source[] {
  const full = resolve(cwd, path);
  try {
    if (!statSync(full).isDirectory()) return [{ name: path, text: readFileSync(full, "utf8") }];
    const files = readdirSync(full, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(ya?ml|json)$/.test(name),
    );
    if (files.length === 0) {
      throw new MeshError("invalid_request", { public: `${path}: no .yaml, .yml or .json file in this directory` });
    }
    return files.sort().map((name) => ({ name: join(path, name), text: readFileSync(join(full, name), "utf8") }));
  } catch (error) {
    if (error instanceof MeshError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const why =
      code === "ENOENT" ? "no such file or directory" : code === "EACCES" ? "permission denied" : String(error);
    throw new MeshError("invalid_request", { public: `${relative(cwd, full) || path}: ${why}`, cause: error });
  }
}
