import { compareRevisions, type Revision } from "@fairlead/core";

/** Boundaries kept; a node further behind than this many batches reports again once it has caught up. */
const KEPT = 4096;

/**
 * The revisions a connector's bundle has stood at. Tombstones and what labels brought in carry the revision of their
 * batch's end, so a watermark that lies inside a batch proves nothing about it: it counts as the boundary before.
 * Without this, a deletion of revision 5 in a batch 5–8 would pass as done while its tombstone (8) is under way.
 */
export class BatchBoundaries {
  #boundaries: Revision[];

  /** Starts from where the connector's bundle stood when the session opened. */
  constructor(holds: Revision) {
    this.#boundaries = [holds];
  }

  /** A batch that ends here was sent. */
  sent(through: Revision): void {
    const last = this.#boundaries.at(-1);
    if (last !== undefined && compareRevisions(last, through) >= 0) return;
    this.#boundaries.push(through);
    if (this.#boundaries.length > KEPT) this.#boundaries = this.#boundaries.slice(KEPT / 2);
  }

  /** The last boundary not beyond the watermark. One before the session is not known: then nothing is proven. */
  floor(watermark: Revision): Revision {
    let [low, high] = [0, this.#boundaries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const boundary = this.#boundaries[middle];
      if (boundary !== undefined && compareRevisions(boundary, watermark) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.#boundaries[low - 1] ?? { epoch: watermark.epoch, n: 0 };
  }
}
