import { systemClock } from "@fairlead/core";
import { describe, expect, test } from "vitest";
import { WorkQueue } from "./work-queue.ts";

describe("work queue", () => {
  test("a key added many times before its turn is worked on once, and once more when added during it", async () => {
    const turns: string[] = [];
    let release = Promise.withResolvers<void>();
    await using queue = new WorkQueue<string>({
      work: async (key) => {
        turns.push(key);
        await release.promise;
        return undefined;
      },
      onError: () => {},
    });
    for (let i = 0; i < 5; i++) queue.add("a");
    await Promise.resolve();
    expect(turns).toEqual(["a"]);
    queue.add("a");
    queue.add("a");
    release.resolve();
    release = Promise.withResolvers();
    release.resolve();
    await queue.idle();
    expect(turns).toEqual(["a", "a"]);
  });

  test("as many keys are worked on at once as allowed, never the same one twice", async () => {
    const active = new Set<number>();
    let most = 0;
    await using queue = new WorkQueue<number>({
      concurrency: 3,
      work: async (key) => {
        expect(active.has(key)).toBe(false);
        active.add(key);
        most = Math.max(most, active.size);
        await systemClock.sleep(1);
        active.delete(key);
        return undefined;
      },
      onError: (_, error) => expect(error).toBeUndefined(),
    });
    for (let i = 0; i < 60; i++) queue.add(i % 10);
    await queue.idle();
    expect(most).toBe(3);
  });

  test("a failing key is tried again with growing delays until it succeeds, and others go on", async () => {
    const delays: number[] = [];
    const clock = {
      now: () => 0,
      sleep: async (ms: number) => {
        delays.push(ms);
      },
    };
    const failed: number[] = [];
    const done = Promise.withResolvers<void>();
    const worked: string[] = [];
    await using queue = new WorkQueue<string>({
      work: async (key) => {
        worked.push(key);
        if (key === "bad" && failed.length < 4) throw new Error("not yet");
        if (key === "bad") done.resolve();
        return undefined;
      },
      onError: (_, __, failures) => failed.push(failures),
      backoff: { baseMs: 100, maxMs: 500 },
      rng: () => 0.99,
      clock,
    });
    queue.add("bad");
    queue.add("good");
    await done.promise;
    expect(failed).toEqual([1, 2, 3, 4]);
    expect(delays).toEqual([99, 198, 396, 495]);
    expect(worked.filter((key) => key === "good")).toHaveLength(1);
  });

  test("a key that asks to come back does so, and adding it meanwhile cuts the wait short", async () => {
    let turns = 0;
    await using queue = new WorkQueue<string>({
      work: async () => {
        turns++;
        return turns === 1 ? 60_000 : undefined;
      },
      onError: () => {},
    });
    queue.add("a");
    await queue.idle();
    expect(turns).toBe(1);
    queue.add("a");
    await queue.idle();
    expect(turns).toBe(2);
  });

  test("disposing waits for the work under way and starts nothing more", async () => {
    const turns: string[] = [];
    const queue = new WorkQueue<string>({
      work: async (key, signal) => {
        await systemClock.sleep(5, signal).catch(() => {});
        turns.push(key);
        return 1;
      },
      onError: () => {},
    });
    queue.add("a");
    queue.add("b");
    await Promise.resolve();
    await queue[Symbol.asyncDispose]();
    queue.add("c");
    await systemClock.sleep(20);
    expect(turns).toEqual(["a"]);
  });
});
