import { expect, test } from "vitest";
import { Semaphore } from "./semaphore.ts";

test("so many run at a time, in the order they came, and one that fails frees its place", async () => {
  const semaphore = new Semaphore(2);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = (id: number) =>
    semaphore.run(async () => {
      order.push(id);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (id === 1) throw new Error("fails");
    });
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(work));
  expect(results.map((result) => result.status)).toEqual(["rejected", ...Array(4).fill("fulfilled")]);
  expect([most, order, semaphore.queued]).toEqual([2, [1, 2, 3, 4, 5], 0]);
});
