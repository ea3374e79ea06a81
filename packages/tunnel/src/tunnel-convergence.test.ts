import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SimulatedWorld } from "./testing/simulated-world.ts";

type Step = (world: SimulatedWorld) => void;

const key = fc.integer({ min: 0, max: 11 }).map((n) => `g/K/ns/${n}`);
const value = fc.string({ maxLength: 300 });
const change = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(key, value) },
  { weight: 1, arbitrary: fc.tuple(key, fc.constant(undefined)) },
);

const write: fc.Arbitrary<Step> = fc
  .array(change, { minLength: 1, maxLength: 8 })
  .map((changes) => (world) => world.cloud.write(changes));
/** A hint may be lost (never sent), repeated, or come at any later time. */
const hint: fc.Arbitrary<Step> = fc.constant((world) => world.hint());
const advance: fc.Arbitrary<Step> = fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }).map((picks) => (world) => {
  for (const pick of picks) world.advance(pick);
});
const connect: fc.Arbitrary<Step> = fc.constant((world) => world.connect());
const tick: fc.Arbitrary<Step> = fc.integer({ min: 1, max: 40_000 }).map((ms) => (world) => world.tick(ms));
const catchUp = fc.constant<Step>((world) => {
  world.connect();
  world.hint();
  world.drain();
});
const disturb: fc.Arbitrary<Step> = fc.tuple(fc.nat(3), fc.constantFrom("duplicate" as const, "swap" as const)).map(
  ([at, how]) =>
    (world) =>
      world.disturb(at, how),
);
const failure: fc.Arbitrary<Step> = fc.constantFrom<Step>(
  (world) => world.cut(),
  (world) => world.crashConnector(),
  (world) => world.cloud.collectTombstones(),
  (world) => world.forgetTombstones(),
);
const disaster: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    (world) => world.loseCache(),
    (world) => world.cloud.backUp(),
    (world) => world.cloud.backUp(),
    (world) => world.cloud.restore(true),
    (world) => world.cloud.restore(false),
  ),
  key.map(
    (name): Step =>
      (world) =>
        world.damage(name),
  ),
);

const ordinary = [
  { weight: 6, arbitrary: write },
  { weight: 4, arbitrary: hint },
  { weight: 10, arbitrary: advance },
  { weight: 3, arbitrary: connect },
  { weight: 3, arbitrary: catchUp },
  { weight: 1, arbitrary: tick },
  { weight: 3, arbitrary: failure },
] as const;
const anything = fc.oneof(...ordinary, { weight: 3, arbitrary: disturb }, { weight: 5, arbitrary: disaster });

describe("the tunnel", () => {
  test("comes to rest with applied = desired whatever fails in between, and nothing ever goes back", () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 80, size: "max" }), (steps) => {
        const world = new SimulatedWorld();
        for (const run of steps) run(world);
        world.settle();
        expect(world.applied()).toEqual(world.cloud.desired());
        expect(world.holds).toEqual(world.cloud.revision);
      }),
      { numRuns: 400 },
    );
  });

  test("needs no inventory when only connections and processes fail", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...ordinary), { maxLength: 80, size: "max" }), (steps) => {
        const world = new SimulatedWorld();
        for (const run of steps) run(world);
        world.settle();
        expect(world.applied()).toEqual(world.cloud.desired());
        expect(world.resyncs).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
