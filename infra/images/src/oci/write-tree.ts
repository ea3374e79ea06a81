import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileEntry } from "./file-entry.ts";
import { complete } from "./tar.ts";

/** Writes entries below an empty folder as a builder would unpack them; owners are left alone. */
export async function writeTree(directory: string, entries: readonly FileEntry[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const entry of complete(entries)) {
    const path = join(directory, entry.path);
    if (entry.type === "link") await symlink(entry.target, path);
    else {
      if (entry.type === "folder") await mkdir(path);
      else await writeFile(path, entry.content);
      // The process's umask would have its say otherwise.
      await chmod(path, entry.mode ?? (entry.type === "folder" ? 0o755 : 0o644));
    }
  }
}
