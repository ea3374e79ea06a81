import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type FileEntry, file, program } from "../oci/file-entry.ts";
import { run } from "../run.ts";

/** A library a program is loaded with: where it is on this machine. */
export interface SharedLibrary {
  /** The name programs ask for. */
  readonly name: string;
  readonly path: string;
}

/**
 * The libraries that programs are loaded with, the loader among them, sorted by name. `search`: folders to look in first. Throws when one
 * of them is not on this machine.
 */
export async function sharedLibraries(
  programs: readonly string[],
  search: readonly string[] = [],
): Promise<SharedLibrary[]> {
  const env = search.length === 0 ? {} : { LD_LIBRARY_PATH: search.join(":") };
  const found = new Map<string, SharedLibrary>();
  for (const path of programs) {
    const text = await run("ldd", [path], { env: { LC_ALL: "C", ...env } }).catch((error: Error) => {
      // So it calls a static program, and ends with 1.
      if (error.message.includes("not a dynamic executable")) return "";
      throw error;
    });
    for (const library of parseLdd(text, path)) found.set(library.name, library);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads what ldd(1) writes. Throws when it names a library that was not found. */
export function parseLdd(text: string, program: string): SharedLibrary[] {
  return text.split("\n").flatMap((line) => {
    const [, missing] = /^\s*(\S+) => not found/.exec(line) ?? [];
    if (missing !== undefined) throw new Error(`${program} needs ${missing}, which is not on this machine`);
    const [, path] = /(?:=> |^\s*)(\/\S+) \(0x/.exec(line) ?? [];
    return path === undefined ? [] : [{ name: basename(path), path }];
  });
}

/** Where the loader looks in Debian, and where `ld-linux` itself has to be. */
export function libraryPath(name: string): string {
  return name.startsWith("ld-linux") ? `usr/lib64/${name}` : `usr/lib/x86_64-linux-gnu/${name}`;
}

/** A library as a file of an image, under the name programs ask for. */
export async function libraryEntry({ name, path }: SharedLibrary): Promise<FileEntry> {
  const content = await readFile(path);
  // The loader is a program: the kernel runs it.
  return name.startsWith("ld-linux") ? program(libraryPath(name), content) : file(libraryPath(name), content);
}
