import type { ManifestEntry, StageException, Tombstone, Upsert } from "./frame.ts";

/** Room kept for a frame's own fields, in bytes. */
const FRAME_OVERHEAD_BYTES = 256;
/** Upper bound of tags, lengths, digest and revision of one list item, in bytes. */
const ITEM_OVERHEAD_BYTES = 96;

/** Upper bound of what an item of a delta takes on the wire, in bytes. */
export function changeSize(change: Upsert | Tombstone): number {
  const own = ITEM_OVERHEAD_BYTES + Buffer.byteLength(change.key);
  return "body" in change ? own + Buffer.byteLength(change.intent) + change.body.length : own;
}

/** Upper bound of what an inventory entry takes on the wire, in bytes. */
export function entrySize(entry: ManifestEntry): number {
  return ITEM_OVERHEAD_BYTES + Buffer.byteLength(entry.key);
}

/** Upper bound of what an exception takes on the wire, in bytes. */
export function exceptionSize(exception: StageException): number {
  const texts = exception.key + exception.reason + exception.field + exception.message;
  return ITEM_OVERHEAD_BYTES + Buffer.byteLength(texts);
}

/** Whether an item of this size fits a frame at all. */
export function fitsFrame(sizeBytes: number, maxFrameBytes: number): boolean {
  return sizeBytes + FRAME_OVERHEAD_BYTES <= maxFrameBytes;
}

/** Splits `items`, in order, into lists that each fit one frame; always at least one list, which may be empty. */
export function chunk<T>(items: readonly T[], sizeOf: (item: T) => number, maxFrameBytes: number, maxItems: number) {
  const chunks: T[][] = [];
  let current: T[] = [];
  let room = maxFrameBytes - FRAME_OVERHEAD_BYTES;
  for (const item of items) {
    const size = sizeOf(item);
    if (current.length > 0 && (size > room || current.length >= maxItems)) {
      chunks.push(current);
      current = [];
      room = maxFrameBytes - FRAME_OVERHEAD_BYTES;
    }
    current.push(item);
    room -= size;
  }
  chunks.push(current);
  return chunks;
}
