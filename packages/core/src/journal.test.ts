import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Journal } from "./journal.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-journal-"));
  path = join(folder, "state.journal");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function contents(): [string, unknown][] {
  using journal = Journal.open<unknown>({ path });
  return [...journal.entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe("a journal", () => {
  test("keeps what was written, and forgets what was deleted", () => {
    {
      using journal = Journal.open<number>({ path });
      journal.write([
        ["a", 1],
        ["b", 2],
      ]);
      journal.write([
        ["a", undefined],
        ["c", 3],
      ]);
    }
    expect(contents()).toEqual([
      ["b", 2],
      ["c", 3],
    ]);
  });

  test("is readable by its owner alone", () => {
    using journal = Journal.open<number>({ path });
    journal.write([["a", 1]]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("drops a batch whose end never reached the disk, whole", () => {
    {
      using journal = Journal.open<number>({ path });
      journal.write([["kept", 1]]);
    }
    let kept: string;
    {
      using journal = Journal.open<number>({ path });
      // Opening rewrites the file, so what comes after this is the batch alone.
      kept = readFileSync(path, "utf8");
      journal.write([
        ["torn", 2],
        ["kept", 9],
      ]);
    }
    const batch = readFileSync(path, "utf8").slice(kept.length);
    for (let length = 0; length < batch.length - 1; length++) {
      writeFileSync(path, kept + batch.slice(0, length));
      expect(contents()).toEqual([["kept", 1]]);
    }
  });

  test("names the file and the line of damage before its end, and changes nothing", () => {
    {
      using journal = Journal.open<number>({ path });
      journal.write([["a", 1]]);
    }
    const damaged = readFileSync(path, "utf8").replace('"a",1', '"a",7');
    writeFileSync(path, damaged);
    appendFileSync(path, "trailing\n");
    const line = damaged.split("\n").findIndex((text) => text.includes('"a",7')) + 1;
    expect(() => Journal.open({ path })).toThrow(
      `${path}: line ${line} does not match its checksum. Move the file away to start from an empty cache.`,
    );
    expect(readFileSync(path, "utf8")).toBe(`${damaged}trailing\n`);
  });

  test("starts over beside the damaged file", () => {
    writeFileSync(path, "damaged\nmore\n");
    using journal = Journal.reset<number>({ path });
    expect(journal.entries.size).toBe(0);
    expect(readFileSync(`${path}.corrupt`, "utf8")).toBe("damaged\nmore\n");
  });

  test("is rewritten before it holds many times more lines than keys", () => {
    using journal = Journal.open<number>({ path, compactAt: 1 });
    for (let round = 0; round < 2_000; round++) journal.write([["key", round]]);
    expect(readFileSync(path, "utf8").split("\n").length).toBeLessThan(600);
    expect(contents()).toEqual([["key", 1_999]]);
  });

  test("gives back what a map would, after any batches and re-openings", () => {
    const batch = fc.array(
      fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.option(fc.jsonValue(), { nil: undefined })),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), (batches) => {
        rmSync(path, { force: true });
        const model = new Map<string, unknown>();
        for (const changes of batches) {
          using journal = Journal.open<unknown>({ path });
          journal.write(changes);
          for (const [key, value] of changes) {
            if (value === undefined) model.delete(key);
            else model.set(key, JSON.parse(JSON.stringify(value)));
          }
        }
        expect(contents()).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
      }),
      { numRuns: 50 },
    );
  });
});
