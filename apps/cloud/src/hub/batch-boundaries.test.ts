import fc from "fast-check";
import { expect, test } from "vitest";
import { BatchBoundaries } from "./batch-boundaries.ts";

const at = (n: number, epoch = 1) => ({ epoch, n });

// Guarantee: an intent inside a batch never passes as served while its batch is still under way.
test("a watermark inside a batch counts as the end of the batch before", () => {
  const boundaries = new BatchBoundaries(at(4));
  boundaries.sent(at(8));
  boundaries.sent(at(9));
  expect([7, 8, 9, 20].map((n) => boundaries.floor(at(n)).n)).toEqual([4, 8, 9, 9]);
});

test("a watermark from before the session proves nothing", () => {
  expect(new BatchBoundaries(at(4)).floor(at(3))).toEqual(at(0));
  expect(new BatchBoundaries(at(4, 2)).floor(at(9, 1))).toEqual(at(0, 1));
});

test("the floor is always a place the bundle stood at, not beyond the watermark, however many batches there were", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 200 }), fc.nat(1200), (steps, watermark) => {
      const boundaries = new BatchBoundaries(at(0));
      const stood = [0];
      for (const step of steps) {
        stood.push((stood.at(-1) ?? 0) + step);
        boundaries.sent(at(stood.at(-1) ?? 0));
      }
      expect(boundaries.floor(at(watermark)).n).toBe(Math.max(...stood.filter((n) => n <= watermark)));
    }),
  );
});
