import fc from "fast-check";
import { expect, test } from "vitest";
import { Bundle } from "./bundle.ts";
import type { DeltaFrame } from "./frame.ts";
import { mergeDeltas } from "./merge-deltas.ts";

const step = fc.record({
  key: fc.constantFrom("g/K/n/a", "g/K/n/b", "g/K/n/c"),
  live: fc.boolean(),
  last: fc.boolean(),
});

/** The deltas of one connection: one change each, several to a revision when they are not the last of it. */
function stream(steps: readonly { key: string; live: boolean; last: boolean }[], sync: number): DeltaFrame[] {
  let n = 0;
  return steps.map(({ key, live, last }, index) => {
    const [from, through] = [n, n + 1].map((at) => ({ epoch: 1, n: at }));
    if (last) n += 1;
    const revision = { epoch: 1, n: n + (last ? 0 : 1) };
    const digest = index.toString(16).padStart(64, "0");
    const upserts = live ? [{ key, digest, revision, intent: "rt_1", body: Buffer.from(`{"n":${index}}`) }] : [];
    const tombstones = live ? [] : [{ key, revision }];
    if (from === undefined || through === undefined) throw new Error("never");
    return { type: "delta", seq: index + 1, from, through, upserts, tombstones, last, sync };
  });
}

function take(bundle: Bundle, delta: DeltaFrame): void {
  const plan = bundle.plan(delta);
  if (plan === undefined) throw new Error("a gap");
  bundle.commit(plan);
}

function held(bundle: Bundle) {
  return { through: bundle.through, digest: bundle.digest, entries: [...bundle.entries].sort() };
}

test("deltas taken as one lead where they lead one by one", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const deltas = stream(steps, 0);
      const start = { epoch: 1, n: 0 };
      const [one, many] = [new Bundle([], start), new Bundle([], start)];
      for (const delta of deltas) take(one, delta);
      let waiting: DeltaFrame | undefined;
      for (const delta of deltas) {
        const both = waiting === undefined ? delta : mergeDeltas(waiting, delta);
        if (both === undefined && waiting !== undefined) take(many, waiting);
        waiting = both ?? delta;
      }
      if (waiting !== undefined) take(many, waiting);
      expect(held(many)).toEqual(held(one));
    }),
  );
});

test("a burst of whole revisions is one delta, acknowledged by the number of its last", () => {
  const [first, ...rest] = stream(
    Array.from({ length: 5 }, () => ({ key: "g/K/n/a", live: true, last: true })),
    0,
  );
  const merged = rest.reduce<DeltaFrame | undefined>((all, next) => all && mergeDeltas(all, next), first);
  expect(merged).toMatchObject({ seq: 5, from: { n: 0 }, through: { n: 5 }, last: true });
  expect(merged?.upserts).toHaveLength(1);
});

test.each<[string, Partial<DeltaFrame>, Partial<DeltaFrame>]>([
  ["one that answers an inventory", {}, { sync: 1 }],
  ["one of a restored backup", {}, { through: { epoch: 2, n: 1 } }],
  ["one that builds on what the first does not reach", {}, { from: { epoch: 1, n: 7 }, through: { epoch: 1, n: 8 } }],
  ["one that leaves its revision unfinished", {}, { last: false }],
  ["what comes after the answer to an inventory", { sync: 1 }, { sync: 1 }],
])("%s stands alone", (_, ofFirst, ofSecond) => {
  const [first, second] = stream(
    [
      { key: "g/K/n/a", live: true, last: true },
      { key: "g/K/n/b", live: true, last: true },
    ],
    0,
  );
  if (first === undefined || second === undefined) throw new Error("never");
  expect(mergeDeltas({ ...first, ...ofFirst }, { ...second, ...ofSecond })).toBeUndefined();
});
