import type { KnownClaim } from "./types.ts";

/** Who has an object of a cluster, before and after one intent's placement there changes. */
export interface Ownership {
  /** Id of the intent that has it; undefined: nobody. */
  readonly before: string | undefined;
  /** {@link NEW} for the intent itself when it is not stored yet. */
  readonly after: string | undefined;
  /** The intent waits behind `after`, as it did before. */
  readonly held: boolean;
  /** The intent may not be placed here: `after` has the object. */
  readonly refused: boolean;
}

/** Stands for an intent that has no id yet. */
export const NEW = "";

/**
 * Decides who has an object once `intent` (its id, or {@link NEW}) is or is not placed in a cluster, from the claims on
 * that object there: the first to ask keeps it, an object that comes free goes to whoever waited longest.
 */
export function decideOwner(intent: string, placed: boolean, claims: readonly KnownClaim[]): Ownership {
  const before = claims.find((claim) => !claim.held)?.intent;
  const own = claims.find((claim) => claim.intent === intent);
  if (placed) {
    if (own?.held === true) return { before, after: before, held: before !== intent, refused: false };
    const other = before !== undefined && before !== intent;
    return { before, after: before ?? intent, held: false, refused: other };
  }
  if (own === undefined || own.held) return { before, after: before, held: false, refused: false };
  const [next] = claims.filter((claim) => claim.held).sort(waitedLonger);
  return { before, after: next?.intent, held: false, refused: false };
}

function waitedLonger(a: KnownClaim, b: KnownClaim): number {
  const byRevision = a.since.epoch - b.since.epoch || a.since.n - b.since.n;
  return byRevision || (a.intent < b.intent ? -1 : a.intent > b.intent ? 1 : 0);
}
