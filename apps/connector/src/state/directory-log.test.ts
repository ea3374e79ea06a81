import { copyFileSync, mkdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { silentLog } from "@fairlead/core";
import { tempDir } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { held, someBatches, statesAfter } from "../testing/state-objects.ts";
import { DirectoryLog } from "./directory-log.ts";

const batches = someBatches(4, (n) => `text ${n}`);
const states = statesAfter(batches);

test("keeps what it is given; what comes together is one batch on disk", async () => {
  await using directory = await tempDir("state");
  const log = DirectoryLog.open(directory.path, silentLog);
  await Promise.all(batches.map((batch) => log.write(batch)));
  await log[Symbol.asyncDispose]();
  await using again = DirectoryLog.open(directory.path, silentLog);
  expect(held(again)).toEqual(states.at(-1));
  expect(again.isPartial).toBe(false);
});

test("cut off at any byte, it is read as it was after a whole batch, and no durable one is missing", async () => {
  await using directory = await tempDir("state");
  const path = join(directory.path, "bundle.journal");
  const log = DirectoryLog.open(directory.path, silentLog);
  const sizes = [statSync(path).size];
  for (const batch of batches) {
    await log.write(batch);
    sizes.push(statSync(path).size);
  }
  await log[Symbol.asyncDispose]();
  const copy = join(directory.path, "copy");
  mkdirSync(copy);
  for (let size = sizes[0] ?? 0; size <= (sizes.at(-1) ?? 0); size += 61) {
    copyFileSync(path, join(copy, "bundle.journal"));
    truncateSync(join(copy, "bundle.journal"), size);
    await using cut = DirectoryLog.open(copy, silentLog);
    // The last line is whole without its line feed.
    const durable = sizes.findLastIndex((end) => end - 1 <= size);
    expect(held(cut), `${size} bytes`).toEqual(states[durable]);
  }
});
