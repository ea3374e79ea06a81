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

const factKey = fc
  .constantFrom("Namespace", "Service", "EndpointSlice")
  .chain((kind) => fc.integer({ min: 0, max: 9 }).map((n) => `g/${kind}/ns/${n}`));
const factChange = fc.tuple(factKey, fc.option(fc.string({ maxLength: 600 }), { nil: undefined, freq: 3 }));
const changeFacts: fc.Arbitrary<Step> = fc
  .array(factChange, { minLength: 1, maxLength: 12 })
  .map((changes) => (world) => world.change(changes));
const factDisaster: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>((world) => world.forgetFacts()),
  fc.record({ objects: fc.integer({ min: 3, max: 40 }), bytes: fc.integer({ min: 500, max: 20_000 }) }).map(
    (quota): Step =>
      (world) => {
        world.quota = quota;
        world.cut();
      },
  ),
  fc.tuple(fc.nat(3), fc.constantFrom("duplicate" as const, "swap" as const)).map(
    ([at, how]): Step =>
      (world) =>
        world.disturbFacts(at, how),
  ),
);
const anyFacts = fc.oneof(
  { weight: 6, arbitrary: changeFacts },
  { weight: 10, arbitrary: advance },
  { weight: 3, arbitrary: connect },
  { weight: 2, arbitrary: catchUp },
  { weight: 1, arbitrary: tick },
  { weight: 2, arbitrary: failure },
  { weight: 2, arbitrary: factDisaster },
  { weight: 1, arbitrary: write },
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

  test("tells the cloud what the cluster has, within its quota and counting the rest, whatever fails in between", () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { maxLength: 80, size: "max" }), (steps) => {
        const world = new SimulatedWorld();
        for (const run of steps) run(world);
        world.settle();
        const { facts, leftOut } = world.stored;
        const sizes = [...facts.values()].map((body) => Buffer.byteLength(body));
        const left = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
        for (const [key, body] of facts) expect(world.cluster.get(key)).toBe(body);
        expect(facts.size + left).toBe(world.cluster.size);
        expect(facts.size).toBeLessThanOrEqual(world.quota.objects);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(world.quota.bytes);
      }),
      { numRuns: 300 },
    );
  });

  test("tells a cluster that did not change with one message, not anew", () => {
    const world = new SimulatedWorld();
    world.change(Array.from({ length: 50 }, (_, n) => [`g/Service/ns/${n}`, "x".repeat(100)] as const));
    world.settle();
    expect(world.factFrames).toBeGreaterThan(5);
    world.factFrames = 0;
    world.crashConnector();
    world.settle();
    expect(world.factFrames).toBe(1);
    world.change([["g/Service/ns/7", "y"]]);
    world.settle();
    expect(world.factFrames).toBe(2);
    expect(Object.fromEntries(world.stored.facts)).toEqual(Object.fromEntries(world.cluster));
  });

  test("works on with a hub that knows nothing of facts, and both ends say so", () => {
    const world = new SimulatedWorld();
    world.oldHub = true;
    world.cloud.write([["g/K/ns/1", "v"]]);
    world.change([["g/Service/ns/1", "v"]]);
    world.settle();
    expect(world.applied()).toEqual(world.cloud.desired());
    expect(world.factFrames).toBe(0);
    expect(world.downgraded).toEqual(["facts"]);
  });
});
