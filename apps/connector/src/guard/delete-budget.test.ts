import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@fairlead/core";
import { silentLog } from "@fairlead/core";
import { tempDir } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import { DeleteBudget } from "./delete-budget.ts";
import { type DeleteCounts, totalOf } from "./delete-counts.ts";
import { type DeleteLog, FileDeleteLog } from "./delete-log.ts";

const NONE: DeleteCounts = new Map();

function clockAt(start: number): Clock & { set(now: number): void } {
  let now = start;
  return {
    now: () => now,
    sleep: () => Promise.resolve(),
    set: (next) => {
      now = next;
    },
  };
}

/** Keeps counts in memory and answers when told to. */
function slowLog() {
  const writes: { readonly counts: DeleteCounts; readonly done: () => void; readonly fail: () => void }[] = [];
  const log: DeleteLog = {
    recentDeletes: () => Promise.resolve(NONE),
    record: (counts) =>
      new Promise((resolve, reject) => {
        writes.push({ counts, done: resolve, fail: () => reject(new Error("disk full")) });
      }),
  };
  return { log, writes };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("the budget of deletions", () => {
  test("a deletion counts at once and may be made when it is on disk; those that wait share the next write", async () => {
    const { log, writes } = slowLog();
    const budget = new DeleteBudget(log, clockAt(0), NONE);
    const made: string[] = [];
    for (const key of ["a", "b", "c"]) void budget.take(key, true).then(() => made.push(key));
    expect(totalOf(budget.counts)).toBe(3);
    expect(writes.map(({ counts }) => totalOf(counts))).toEqual([1]);
    await turn();
    expect(made).toEqual([]);
    writes[0]?.done();
    await turn();
    expect(made).toEqual(["a"]);
    expect(writes.map(({ counts }) => totalOf(counts))).toEqual([1, 3]);
    writes[1]?.done();
    await turn();
    expect(made).toEqual(["a", "b", "c"]);
  });

  test("one that cannot be put on disk is not made and does not count", async () => {
    const { log, writes } = slowLog();
    const budget = new DeleteBudget(log, clockAt(0), NONE);
    const taken = budget.take("a", true);
    writes[0]?.fail();
    await expect(taken).rejects.toThrow("disk full");
    expect(totalOf(budget.counts)).toBe(0);
    const again = budget.take("a", true);
    writes[1]?.done();
    await again;
    expect(totalOf(budget.counts)).toBe(1);
  });

  test("a try that came to nothing gives its place back, one that was made does not", async () => {
    const budget = new DeleteBudget(slowLog().log, clockAt(0), NONE);
    await budget.take("failed", false);
    await budget.take("made", false);
    budget.made("made");
    budget.giveBack("made");
    budget.giveBack("failed");
    budget.giveBack("failed");
    expect(totalOf(budget.counts)).toBe(1);
  });

  test("a clock that is put back does not make room, one that goes on does", async () => {
    const clock = clockAt(3 * 86_400_000);
    const budget = new DeleteBudget(slowLog().log, clock, NONE);
    await budget.take("a", false);
    clock.set(86_400_000);
    expect(totalOf(budget.counts)).toBe(1);
    clock.set(86_400_000 + 3_600_000);
    expect(totalOf(budget.counts)).toBe(1);
    clock.set(86_400_000 + 3_660_000);
    expect(totalOf(budget.counts)).toBe(0);
  });
});

describe("the count on disk", () => {
  test("is there after a restart, also after one that cut a write short", async () => {
    await using directory = await tempDir("deletes");
    const counts = new Map([
      [100, 3],
      [101, 1],
    ]);
    {
      using log = new FileDeleteLog(directory.path, silentLog);
      expect(await log.recentDeletes()).toEqual(NONE);
      await log.record(new Map([[99, 7]]));
      await log.record(counts);
    }
    appendFileSync(join(directory.path, "deletes.journal"), "0123");
    using again = new FileDeleteLog(directory.path, silentLog);
    expect(await again.recentDeletes()).toEqual(counts);
  });

  test("that is damaged is an error once, and is kept aside", async () => {
    await using directory = await tempDir("deletes");
    const path = join(directory.path, "deletes.journal");
    {
      using log = new FileDeleteLog(directory.path, silentLog);
      await log.record(new Map([[100, 3]]));
    }
    writeFileSync(path, readFileSync(path, "utf8").replace('"100",3', '"100",0'));
    using log = new FileDeleteLog(directory.path, silentLog);
    await expect(log.recentDeletes()).rejects.toMatchObject({ code: "cache_corrupt" });
    expect(readFileSync(`${path}.corrupt`, "utf8")).toContain('"100",0');
    expect(await log.recentDeletes()).toEqual(NONE);
  });
});
