import { isDeepStrictEqual } from "node:util";
import { isRecord, type Segment } from "./field-set.ts";

/** One place where two objects differ. */
export interface Difference {
  readonly path: readonly Segment[];
  /** What is there; undefined: nothing. */
  readonly live: unknown;
  /** What should be there; undefined: nothing. */
  readonly wanted: unknown;
}

/** Where an object differs from what it should be, as deep as it does: labels, annotations and everything but the status. */
export function compareObjects(live: object, wanted: object): Difference[] {
  const found: Difference[] = [];
  compare(compared(live), compared(wanted), [], found);
  return found;
}

function compare(live: unknown, wanted: unknown, path: readonly Segment[], found: Difference[]): void {
  if (Array.isArray(live) && Array.isArray(wanted)) {
    for (let i = 0; i < Math.max(live.length, wanted.length); i++) compare(live[i], wanted[i], [...path, i], found);
    return;
  }
  if (isRecord(live) && isRecord(wanted)) {
    for (const name of [...new Set([...Object.keys(live), ...Object.keys(wanted)])].sort()) {
      compare(live[name], wanted[name], [...path, name], found);
    }
    return;
  }
  if (!isDeepStrictEqual(live, wanted)) found.push({ path, live, wanted });
}

function compared(object: object): object {
  const { status: _, metadata, ...rest }: { status?: unknown; metadata?: unknown } = { ...object };
  const { labels = {}, annotations = {} } = isRecord(metadata) ? metadata : {};
  return { ...rest, metadata: { labels, annotations } };
}
