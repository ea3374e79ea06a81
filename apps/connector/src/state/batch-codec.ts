import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Stored, StoredChange } from "./state-log.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Text compressed at once: enough to compress well, little enough to hold, in bytes. */
const MEMBER_BYTES = 256 * 1024;

/**
 * Changes as members of a gzip stream, in order; such streams may be joined end to end (RFC 1952 §2.2). A member holds
 * at most `memberBytes` of text, unless one change alone is larger.
 */
export async function encodeChanges(
  changes: Iterable<StoredChange>,
  memberBytes: number = MEMBER_BYTES,
): Promise<Buffer[]> {
  const members: Buffer[] = [];
  let lines: string[] = [];
  let size = 0;
  const flush = async () => {
    if (lines.length > 0) members.push(await compress(lines.join("")));
    lines = [];
    size = 0;
  };
  for (const [key, value] of changes) {
    const line = `${JSON.stringify(value === undefined ? [key] : [key, value])}\n`;
    const bytes = Buffer.byteLength(line);
    if (size + bytes > memberBytes) await flush();
    lines.push(line);
    size += bytes;
  }
  await flush();
  return members;
}

/** Carries out the changes of a stream on a map. Throws when it is damaged. */
export async function replayChanges(bytes: Uint8Array, entries: Map<string, Stored>): Promise<void> {
  if (bytes.length === 0) return;
  const text = (await decompress(bytes)).toString("utf8");
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [key, value]: [string, Stored?] = JSON.parse(line);
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
}
