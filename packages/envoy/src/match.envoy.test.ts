import { type MeshModel, matchRequest } from "@fairlead/mesh-model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Batch } from "./testing/match/batch.ts";
import { judge, type Matcher } from "./testing/match/judge.ts";
import { MeshUnderTest } from "./testing/match/mesh-under-test.ts";
import { question } from "./testing/match/random-request.ts";
import { world } from "./testing/match/world.ts";

/**
 * A few configurations serve nothing; with these there are 20,000 pairs all the same. Setting one up costs about as much as
 * a hundred requests, so each is asked often.
 */
const CONFIGURATIONS = 104;
const REQUESTS = 200;
/** `FAIRLEAD_SEED=2 npx vitest run packages/envoy/src/match` draws other pairs. */
const seed = Number(process.env.FAIRLEAD_SEED ?? 1);

let mesh: MeshUnderTest;

beforeAll(async () => {
  mesh = await MeshUnderTest.start();
});

afterAll(async () => {
  await mesh?.[Symbol.asyncDispose]();
});

function check(matcher: Matcher, numRuns: number, onJudged: (pairs: number) => void) {
  const property = fc.asyncProperty(new Batch(question, REQUESTS), world, async (questions, objects) => {
    onJudged(await judge(mesh, objects, questions, matcher));
  });
  return fc.check(property, { seed, numRuns });
}

it("the matcher says what Envoy does", { timeout: 900_000 }, async () => {
  let judged = 0;
  const details = await check(matchRequest, CONFIGURATIONS, (pairs) => {
    judged += pairs;
  });
  if (details.failed) {
    const cause = details.errorInstance;
    throw new Error(
      `seed ${seed}, ${details.numRuns} runs, ${details.numShrinks} shrinks\n${cause instanceof Error ? cause.message : cause}`,
    );
  }
  process.stdout.write(`seed ${seed}: ${judged} (configuration, request) pairs judged\n`);
  expect(judged).toBeGreaterThanOrEqual(20_000);
});

// The fault: prefixes without element boundaries, so that `/o` takes `/one`.
const faulty: Matcher = (model, request, options) => matchRequest(withoutBoundaries(model), request, options);

it("a fault in the matcher is found and shrunk to what it takes", { timeout: 900_000 }, async () => {
  const details = await check(faulty, CONFIGURATIONS, () => {});
  expect(details.failed).toBe(true);
  const [questions, objects] = details.counterexample ?? [[], []];
  expect(questions).toHaveLength(1);
  expect(JSON.stringify(objects).length).toBeLessThan(1500);
});

function withoutBoundaries(model: MeshModel): MeshModel {
  const tables = model.tables.map((table) => ({
    ...table,
    routes: table.routes.map((route) => {
      const { path } = route.match;
      if (path.type !== "prefix" || path.value === "/") return route;
      return {
        ...route,
        match: { ...route.match, path: { ...path, type: "regex" as const, value: `${path.value}.*` } },
      };
    }),
  }));
  return { ...model, tables };
}
