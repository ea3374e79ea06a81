import type { FileEntry } from "./file-entry.ts";

const BLOCK = 512;
const MAX_SIZE = 8 * 1024 ** 3 - 1;

/**
 * A tar archive (POSIX.1-1988 ustar) that depends on nothing but the entries: sorted by path, folders that are only
 * implied made explicit, times zero, owners by number. The order of `entries` does not matter. Throws when two entries
 * claim one path, when something lies below what is not a folder, and when a path does not fit the format.
 */
export function tar(entries: readonly FileEntry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const entry of complete(entries)) {
    blocks.push(header(entry));
    if (entry.type !== "file") continue;
    blocks.push(Buffer.from(entry.content.buffer, entry.content.byteOffset, entry.content.byteLength));
    blocks.push(Buffer.alloc((BLOCK - (entry.content.byteLength % BLOCK)) % BLOCK));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(blocks);
}

/** The entries in the order of the archive, with every folder on the way to them. */
export function complete(entries: readonly FileEntry[]): FileEntry[] {
  const byPath = new Map<string, FileEntry>();
  for (const entry of entries) {
    checkPath(entry.path);
    const other = byPath.get(entry.path);
    const isSameFolder = other?.type === "folder" && entry.type === "folder" && other.mode === entry.mode;
    if (other !== undefined && !isSameFolder) throw new Error(`two entries claim ${entry.path}`);
    byPath.set(entry.path, entry);
  }
  for (const path of [...byPath.keys()]) {
    for (const above of foldersAbove(path)) {
      const found = byPath.get(above);
      if (found === undefined) byPath.set(above, { type: "folder", path: above });
      else if (found.type !== "folder") throw new Error(`${path} lies below ${above}, which is a ${found.type}`);
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function foldersAbove(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function checkPath(path: string): void {
  const isSound = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!isSound) throw new Error(`${JSON.stringify(path)} is not a path from the root without . and ..`);
}

/** Fields and their places: POSIX.1-1988, 10.1.1. */
function header(entry: FileEntry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = split(entry.type === "folder" ? `${entry.path}/` : entry.path);
  const size = entry.type === "file" ? entry.content.byteLength : 0;
  if (size > MAX_SIZE) throw new Error(`${entry.path} has ${size} bytes; a tar entry holds at most ${MAX_SIZE}`);
  block.write(name, 0, 100);
  octal(block, 100, 8, modeOf(entry));
  octal(block, 108, 8, entry.owner ?? 0);
  octal(block, 116, 8, entry.owner ?? 0);
  octal(block, 124, 12, size);
  octal(block, 136, 12, 0);
  block.fill(" ", 148, 156);
  block.write({ file: "0", link: "2", folder: "5" }[entry.type], 156);
  if (entry.type === "link") block.write(fitting(entry.target, 100, entry.path), 157, 100);
  block.write("ustar\u000000", 257);
  octal(block, 329, 8, 0);
  octal(block, 337, 8, 0);
  block.write(prefix, 345, 155);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function modeOf(entry: FileEntry): number {
  if (entry.type === "link") return 0o777;
  return entry.mode ?? (entry.type === "folder" ? 0o755 : 0o644);
}

function octal(block: Buffer, offset: number, width: number, value: number): void {
  block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, offset);
}

/** A path as the format's prefix and name, which a reader joins with a slash. */
function split(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ["", path];
  for (let at = path.indexOf("/"); at > 0 && at < path.length - 1; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return [prefix, name];
  }
  throw new Error(`${path} is too long for a tar archive`);
}

function fitting(text: string, width: number, path: string): string {
  if (Buffer.byteLength(text) <= width) return text;
  throw new Error(`the target of ${path} has more than ${width} bytes`);
}
