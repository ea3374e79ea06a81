import { compareRevisions, type Revision } from "@fairlead/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bundle, type BundleEntry } from "./bundle.ts";
import type { DeltaFrame } from "./frame.ts";
import { manifestDigest } from "./manifest-digest.ts";

const change = fc.record({ key: fc.constantFrom("g/K/n/a", "g/K/n/b", "g/K/n/c"), live: fc.boolean() });
const DIGEST = "ab".repeat(32);

function at(n: number): Revision {
  return { epoch: 1, n };
}

/** One delta per revision, each changing one object. */
function history(changes: readonly { key: string; live: boolean }[]): DeltaFrame[] {
  return changes.map(({ key, live }, index) => {
    const n = index + 1;
    const revision = at(n);
    const digest = n.toString(16).padStart(64, "0");
    const upserts = live ? [{ key, digest, revision, intent: "rt_1", body: Buffer.from("{}") }] : [];
    const tombstones = live ? [] : [{ key, revision }];
    return { type: "delta", seq: n, from: at(n - 1), through: revision, upserts, tombstones, last: true, sync: 0 };
  });
}

function take(bundle: Bundle, delta: DeltaFrame): void {
  const plan = bundle.plan(delta);
  if (plan !== undefined) bundle.commit(plan);
}

describe("a bundle", () => {
  test("never goes back and never resurrects, in whatever order and however often deltas come", () => {
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 12 }),
        fc.array(fc.record({ index: fc.nat(11), forget: fc.boolean() }), { maxLength: 60 }),
        (changes, order) => {
          const deltas = history(changes);
          const bundle = new Bundle();
          const deletedAt = new Map<string, Revision>();
          for (const { index, forget } of order) {
            const delta = deltas[index % deltas.length];
            if (delta === undefined) continue;
            const before = new Map(bundle.entries);
            const through = bundle.through;
            take(bundle, delta);
            expect(compareRevisions(bundle.through, through)).toBeGreaterThanOrEqual(0);
            for (const [key, entry] of bundle.entries) {
              const held = before.get(key);
              if (held !== undefined) expect(compareRevisions(entry.revision, held.revision)).toBeGreaterThanOrEqual(0);
              const deletion = deletedAt.get(key);
              if (entry.object === undefined) deletedAt.set(key, entry.revision);
              else if (deletion !== undefined) expect(compareRevisions(entry.revision, deletion)).toBeGreaterThan(0);
            }
            if (forget) bundle.forget([...bundle.entries.keys()]);
            expect(bundle.digest).toBe(manifestDigest(bundle.manifest()));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("asks for an inventory when a delta builds on what it does not hold", () => {
    const bundle = new Bundle([], at(3));
    const delta: DeltaFrame = {
      type: "delta",
      seq: 1,
      from: at(5),
      through: at(6),
      upserts: [],
      tombstones: [],
      last: true,
      sync: 0,
    };
    expect(bundle.plan(delta)).toBeUndefined();
    expect(bundle.plan({ ...delta, from: at(3) })).toBeDefined();
    expect(bundle.plan({ ...delta, from: { epoch: 2, n: 1 }, through: { epoch: 2, n: 1 } })).toBeUndefined();
  });

  test("a restored backup may name an older revision again: its epoch is newer", () => {
    const held: BundleEntry = { revision: at(9), epoch: 1, object: { digest: DIGEST, intent: "rt_1", body: "{}" } };
    const bundle = new Bundle([["g/K/n/a", held]], at(9));
    const older = { key: "g/K/n/a", digest: "cd".repeat(32), revision: at(4), intent: "rt_1", body: Buffer.from("[]") };
    const through = { epoch: 2, n: 5 };
    const answer = { type: "delta", seq: 1, from: through, through, tombstones: [], last: true, sync: 1 } as const;
    take(bundle, { ...answer, upserts: [older] });
    expect(bundle.entries.get("g/K/n/a")).toMatchObject({ revision: at(4), epoch: 2 });
    expect(bundle.through).toEqual(through);
  });

  test("in answer to an inventory, a tombstone remembered at a later revision wins over an upsert", () => {
    const bundle = new Bundle([["g/K/n/a", { revision: at(7), epoch: 1 }]], at(7));
    const late = { key: "g/K/n/a", digest: DIGEST, revision: at(5), intent: "rt_1", body: Buffer.from("{}") };
    const answer = { type: "delta", seq: 1, from: at(7), through: at(7), tombstones: [], last: true, sync: 1 } as const;
    const plan = bundle.plan({ ...answer, upserts: [late] });
    expect(plan).toMatchObject({ changes: [], stale: 1 });
  });

  test("an upsert older than a forgotten tombstone stays out, even inside a newer delta", () => {
    const bundle = new Bundle([["g/K/n/a", { revision: at(7), epoch: 1 }]], at(7));
    bundle.forget(["g/K/n/a"]);
    const late = { key: "g/K/n/a", digest: DIGEST, revision: at(5), intent: "rt_1", body: Buffer.from("{}") };
    const newer = { type: "delta", seq: 1, from: at(4), through: at(8), tombstones: [], last: true, sync: 0 } as const;
    expect(bundle.plan({ ...newer, upserts: [late] })).toMatchObject({ changes: [], stale: 1, through: at(8) });
  });
});
