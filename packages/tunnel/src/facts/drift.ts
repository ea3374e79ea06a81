import type { BundleKey } from "../frame.ts";

/** What is done about drift: `revert` applies what the cloud wants again, `report` leaves it as it was found. */
export type DriftPolicy = "revert" | "report";

/** One field that is not as it was applied. */
export interface DriftField {
  /** Dotted path with `[i]` for list items. */
  readonly field: string;
  /** JSON text of what the cloud wants; absent: it wants none. Long values are cut. */
  readonly wanted?: string;
  /** JSON text of what was found; absent: nothing was. Long values are cut. */
  readonly live?: string;
  /** Field manager that owns it now; the empty text when nobody does, as after a removal. */
  readonly manager: string;
  /** `Apply`, `Update`, or the empty text. */
  readonly operation: string;
  /** When that manager last wrote, RFC 3339; the empty text when not known. */
  readonly time: string;
}

/** An object that somebody else changed or deleted. */
export interface Drift {
  /** Key of the object. */
  readonly key: BundleKey;
  readonly intent: string;
  /** `epoch.n` of the object that was wanted. */
  readonly revision: string;
  readonly policy: DriftPolicy;
  readonly change: "modified" | "deleted";
  /**
   * `reported`: it is left so. `reverting`: it is being undone. `reverted`: it was undone. `fighting`: it was undone
   * again and again within a minute, and is now undone rarely.
   */
  readonly state: "reported" | "reverting" | "reverted" | "fighting";
  /** Sorted by path; at most {@link MAX_DRIFT_FIELDS}. */
  readonly fields: readonly DriftField[];
  /** Fields that were left out. */
  readonly moreFields: number;
  /** How often it was undone in the last minute. */
  readonly reversals: number;
  /** When it was found, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Prefix of the keys under which drift is told to the cloud. */
export const DRIFT_KEY_PREFIX = "drift.fairlead.dev/";

/** Fields of an object that are told. */
export const MAX_DRIFT_FIELDS = 50;

/** The key of what is told about an object: kinds have one group each, so its own is not part of it. */
export function driftKey(key: BundleKey): BundleKey {
  return `${DRIFT_KEY_PREFIX}${key.slice(key.indexOf("/") + 1)}`;
}
