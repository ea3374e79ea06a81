import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { MeshError } from "./errors.ts";

export interface JournalOptions {
  /** The file; its folder is made when missing. Written with mode 0600. */
  readonly path: string;
  /** Rewrite the file when it holds this many times more lines than keys. Default 4. */
  readonly compactAt?: number;
}

/**
 * A map of string keys to JSON values that survives `kill -9`: changes are appended as checksummed lines and
 * a batch counts only once its closing line is on disk, so a reader sees all of a batch or none of it.
 * A torn tail (an append cut short) is dropped; damage before it throws `cache_corrupt`, and nothing is guessed.
 */
export class Journal<T> implements Disposable {
  readonly #path: string;
  readonly #compactAt: number;
  readonly #entries: Map<string, T>;
  #lines: number;
  #fd: number;

  private constructor(options: JournalOptions, entries: Map<string, T>, lines: number) {
    this.#path = options.path;
    this.#compactAt = options.compactAt ?? 4;
    this.#entries = entries;
    this.#lines = lines;
    this.#fd = -1;
    this.#compact();
  }

  /** Opens or creates the journal. Throws `cache_corrupt`, naming file and line, when a complete line is damaged. */
  static open<T>(options: JournalOptions): Journal<T> {
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    const { entries, lines } = replay<T>(options.path);
    return new Journal<T>(options, entries, lines);
  }

  /** Starts over with an empty journal, keeping the damaged file beside it with the suffix `.corrupt`. */
  static reset<T>(options: JournalOptions): Journal<T> {
    renameSync(options.path, `${options.path}.corrupt`);
    return Journal.open<T>(options);
  }

  get entries(): ReadonlyMap<string, T> {
    return this.#entries;
  }

  /** Applies a batch (undefined deletes) and returns once it is on disk. */
  write(changes: Iterable<readonly [string, T | undefined]>): void {
    const batch = [...changes];
    if (batch.length === 0) return;
    const text = `${batch.map(([key, value]) => line(value === undefined ? ["-", key] : ["+", key, value])).join("")}${line(["."])}`;
    for (const [key, value] of batch) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
    this.#lines += batch.length + 1;
    if (this.#lines > this.#compactAt * (this.#entries.size + 256)) {
      this.#compact();
    } else {
      writeFileSync(this.#fd, text);
      fdatasyncSync(this.#fd);
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #compact(): void {
    const temporary = `${this.#path}.new`;
    const fd = openSync(temporary, "w", 0o600);
    const lines = [...this.#entries].map(([key, value]) => line(["+", key, value]));
    writeFileSync(fd, `${lines.join("")}${line(["."])}`);
    fdatasyncSync(fd);
    renameSync(temporary, this.#path);
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = fd;
    this.#lines = lines.length + 1;
  }
}

type Entry<T> = readonly ["+", string, T] | readonly ["-", string] | readonly ["."];

function line(entry: Entry<unknown>): string {
  const body = JSON.stringify(entry);
  return `${crc32(body).toString(16).padStart(8, "0")} ${body}\n`;
}

function replay<T>(path: string): { entries: Map<string, T>; lines: number } {
  const entries = new Map<string, T>();
  const lines = readLines(path);
  let batch: Entry<T>[] = [];
  for (const [index, text] of lines.entries()) {
    const entry = parse<T>(text);
    if (entry === undefined) {
      if (index === lines.length - 1) break;
      throw new MeshError("cache_corrupt", {
        public: `${path}: line ${index + 1} does not match its checksum. Move the file away to start from an empty cache.`,
      });
    }
    if (entry[0] !== ".") {
      batch.push(entry);
      continue;
    }
    for (const change of batch) {
      if (change[0] === "+") entries.set(change[1], change[2]);
      else if (change[0] === "-") entries.delete(change[1]);
    }
    batch = [];
  }
  return { entries, lines: lines.length };
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((text) => text !== "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function parse<T>(text: string): Entry<T> | undefined {
  const body = text.slice(9);
  if (text[8] !== " " || text.slice(0, 8) !== crc32(body).toString(16).padStart(8, "0")) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
