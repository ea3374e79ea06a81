import { expect, test } from "vitest";
import { WriteQueue } from "./write-queue.ts";

test("what comes during a write is the next write, in order", async () => {
  const written: (readonly number[])[] = [];
  const queue = new WriteQueue<number>(async (items) => {
    written.push(items);
    if (written.length === 1) for (const n of [3, 4, 5]) void queue.add([n]);
  });
  await Promise.all([queue.add([1]), queue.add([2])]);
  await queue.settled();
  expect(written).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test("after a write that failed nothing is written any more", async () => {
  let tries = 0;
  const queue = new WriteQueue<number>(async () => {
    tries += 1;
    throw new Error("disk full");
  });
  const first = queue.add([1]);
  await expect(first).rejects.toThrow("disk full");
  await expect(queue.add([2])).rejects.toThrow("disk full");
  await expect(queue.settled()).rejects.toThrow("disk full");
  expect(tries).toBe(1);
});
