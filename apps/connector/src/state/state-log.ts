import type { Revision } from "@fairlead/core";
import type { BundleEntry } from "@fairlead/tunnel";

/** What a key of the log holds: an entry of the bundle, or how far the whole is. */
export type Stored = BundleEntry | { readonly through: Revision; readonly resync: boolean };

/** A key and what it holds from now on; undefined: nothing. */
export type StoredChange = readonly [key: string, value: Stored | undefined];

/** The durable half of a bundle: a map that survives the process being killed at any instant. */
export interface StateLog extends AsyncDisposable {
  /** What was there when it was opened. */
  readonly entries: ReadonlyMap<string, Stored>;
  /** Objects may lack their content, because all of it did not fit: only the cloud knows it. */
  readonly isPartial: boolean;
  /**
   * Takes a batch at once; resolves when it is durable, whole or not at all. Batches become durable in the order they
   * were given, and those that wait for each other become so together. Rejects when that will never be: the process
   * has to start afresh from what is durable.
   */
  write(changes: readonly StoredChange[]): Promise<void>;
  /** Resolves when everything given so far is durable. */
  settled(): Promise<void>;
}
