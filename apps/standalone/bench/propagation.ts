import { processCpuMs } from "@fairlead/testkit";
import { type Figure, latencies, round } from "./figures.ts";
import { Prober, untilNew } from "./probe.ts";
import { routeSpec, type Stage } from "./stage.ts";

/** How many routes are measured before and after the gateway is filled, and how full it is then. */
export interface PropagationPlan {
  readonly early: number;
  readonly late: number;
  readonly present: number;
}

const PART = "propagation";
const PROCESSES = ["cloud", "connector", "operator", "object-server", "agent-local", "envoy-local"];

/** REST write → first correct answer, one route after another, on an empty and on a full gateway. */
export async function measurePropagation(
  stage: Stage,
  plan: PropagationPlan,
  say: (line: string) => void,
): Promise<Figure[]> {
  say(`first ${plan.early} routes`);
  const early = await oneByOne(stage, "early", plan.early);
  const bulk = plan.present - plan.early;
  say(`filling up to ${plan.present} routes`);
  const filledFrom = performance.now();
  await fill(stage, bulk);
  const fillMs = performance.now() - filledFrom;
  say(`${plan.late} routes with ${plan.present} present`);
  const before = cpu(stage);
  const late = await oneByOne(stage, "late", plan.late);
  const after = cpu(stage);
  return [
    ...latencies(PART, `first ${plan.early}`, early.sample),
    ...latencies(PART, `${plan.late} with ${plan.present} present`, late.sample, { p50: "≤ 40", p99: "≤ 120" }),
    { part: PART, name: "neither old nor new", value: early.wrong + late.wrong, unit: "answers", target: "0" },
    {
      part: PART,
      name: `${bulk} routes written at once, until the last is served`,
      value: round(fillMs / 1000),
      unit: "s",
    },
    ...PROCESSES.map((name, index) => ({
      part: PART,
      name: `CPU of ${name} per route`,
      value: round(((after[index] ?? 0) - (before[index] ?? 0)) / plan.late),
      unit: "ms",
    })),
  ];
}

async function oneByOne(stage: Stage, prefix: string, count: number): Promise<{ sample: number[]; wrong: number }> {
  using prober = new Prober(stage.target);
  const sample: number[] = [];
  let wrong = 0;
  for (let index = 0; index < count; index++) {
    const host = `${prefix}-${index}.bench.example`;
    const from = performance.now();
    const watching = untilNew(
      () => prober.get(host),
      ({ status }) => status === 404,
      ({ status, backend }) => status === 200 && backend === "one",
    );
    await create(stage, `${prefix}-${index}`, host);
    const watch = await watching;
    sample.push(watch.at - from);
    wrong += watch.wrong.length;
  }
  return { sample, wrong };
}

async function fill(stage: Stage, count: number): Promise<void> {
  let next = 0;
  const writer = async () => {
    for (let index = next++; index < count; index = next++)
      await create(stage, `fill-${index}`, `fill-${index}.bench.example`);
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  using prober = new Prober(stage.target);
  for (const index of [0, Math.floor(count / 2), count - 1]) {
    await untilNew(
      () => prober.get(`fill-${index}.bench.example`),
      ({ status }) => status === 404,
      ({ status }) => status === 200,
      300_000,
    );
  }
}

async function create(stage: Stage, name: string, host: string): Promise<void> {
  await stage.instance.client.httpRoutes.create({
    params: { project: stage.project },
    body: { name, spec: routeSpec(host, { one: 1 }) },
  });
}

function cpu(stage: Stage): number[] {
  return PROCESSES.map((name) => {
    const pid = stage.instance.supervisor.pid(name);
    return pid === undefined ? Number.NaN : processCpuMs(pid);
  });
}
