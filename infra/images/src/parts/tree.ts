import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { type FileEntry, file } from "../oci/file-entry.ts";

/** A file of this machine, or every file below a folder, as entries at or below `to`; and their paths here. */
export async function tree(from: string, to: string): Promise<{ entries: FileEntry[]; paths: string[] }> {
  if ((await stat(from)).isFile()) return { entries: [file(to, await readFile(from))], paths: [from] };
  const found = await readdir(from, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const entries = paths.map(async (path) => file(join(to, relative(from, path)), await readFile(path)));
  return { entries: await Promise.all(entries), paths };
}
