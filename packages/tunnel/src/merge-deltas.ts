import { compareRevisions } from "@fairlead/core";
import type { BundleKey, DeltaFrame, Tombstone, Upsert } from "./frame.ts";

/**
 * Two deltas of one connection, the second right after the first, as one that leads to the same bundle. Undefined when
 * no one delta does: when they answer different inventories or none, lie on two sides of a restored backup, or the
 * second leaves a revision unfinished that the first had reached.
 */
export function mergeDeltas(first: DeltaFrame, second: DeltaFrame): DeltaFrame | undefined {
  if (first.sync !== second.sync || first.through.epoch !== second.through.epoch) return undefined;
  if (first.last && (!second.last || first.sync !== 0)) return undefined;
  if (compareRevisions(second.from, first.last ? first.through : first.from) > 0) return undefined;
  if (compareRevisions(second.through, first.through) < 0) return undefined;
  const changes = new Map<BundleKey, Upsert | Tombstone>();
  for (const change of [first, second].flatMap(({ upserts, tombstones }) => [...upserts, ...tombstones])) {
    const earlier = changes.get(change.key);
    const order = earlier === undefined ? 1 : compareRevisions(change.revision, earlier.revision);
    // As the bundle has it: of one revision the first is kept, unless it is the cloud's answer to an inventory.
    if (order > 0 || (order === 0 && first.sync !== 0)) changes.set(change.key, change);
  }
  const { from } = first;
  return {
    ...second,
    from,
    upserts: [...changes.values()].filter((change) => "body" in change),
    tombstones: [...changes.values()].filter((change) => !("body" in change)),
  };
}
