import { setTimeout as sleep } from "node:timers/promises";
import { type Backend, startLoad } from "./children.ts";
import { type Figure, latencies, round } from "./figures.ts";
import { Prober, untilNew } from "./probe.ts";
import { putServices, routeSpec, type Stage } from "./stage.ts";

const PART = "editing";
const HOST = "edited.bench.example";

/** 1,000 requests a second while one route is edited and its endpoints are replaced, each `edits` times. */
export async function measureEditing(stage: Stage, backends: Pair, edits: number, rate: number): Promise<Figure[]> {
  const id = await createLoadedRoute(stage, "edited", HOST);
  using load = startLoad(stage.target, HOST, rate);
  await sleep(1000);
  for (let edit = 0; edit < edits; edit++) {
    const weights = edit % 2 === 0 ? { one: 1, two: 3 } : { one: 3, two: 1 };
    await stage.instance.client.httpRoutes.put({
      params: { project: stage.project, id },
      ifMatch: "*",
      body: { name: "edited", spec: routeSpec(HOST, weights) },
    });
    // The same two processes change places: each Service's endpoints are all replaced, as in a roll-out.
    const [first, second] = edit % 2 === 0 ? [backends.second, backends.first] : [backends.first, backends.second];
    await putServices(stage.instance, { one: [first], two: [second] });
    await sleep(50);
  }
  await sleep(1000);
  const report = await load.stop();
  await putServices(stage.instance, { one: [backends.first], two: [backends.second] });
  return [
    { part: PART, name: `requests at ${rate}/s`, value: report.sent, unit: "requests" },
    {
      part: PART,
      name: `failed over ${edits} edits and ${edits} endpoint replacements`,
      value: report.sent - report.succeeded,
      unit: "requests",
      target: "0",
    },
    ...Object.entries(report.failures).map(([name, value]) => ({
      part: PART,
      name: `failure: ${name}`,
      value,
      unit: "requests",
    })),
    ...latencies(PART, "request", report.latenciesMs),
  ];
}

/** The two backends that Services `one` and `two` begin with. */
export interface Pair {
  readonly first: Backend;
  readonly second: Backend;
}

const KILLS = ["cloud", "connector", "operator", "agent-local"];

/** `kill -9` of each of our processes in turn under load; and how long until a new write is served. */
export async function measureKills(stage: Stage, rate: number): Promise<Figure[]> {
  const host = "killed.bench.example";
  await createLoadedRoute(stage, "killed", host);
  const figures: Figure[] = [];
  for (const name of KILLS) {
    using load = startLoad(stage.target, host, rate);
    await sleep(1000);
    const from = performance.now();
    const pid = stage.instance.supervisor.pid(name);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    const convergedAt = await writeUntilServed(stage, `after-${name}`);
    await sleep(2000);
    const report = await load.stop();
    figures.push(
      {
        part: "kills",
        name: `${name}: failed of ${report.sent}`,
        value: report.sent - report.succeeded,
        unit: "requests",
        target: "0",
      },
      {
        part: "kills",
        name: `${name}: until a new write is served`,
        value: round((convergedAt - from) / 1000),
        unit: "s",
      },
    );
  }
  return figures;
}

async function createLoadedRoute(stage: Stage, name: string, host: string) {
  const route = await stage.instance.client.httpRoutes.create({
    params: { project: stage.project },
    body: { name, spec: routeSpec(host, { one: 1, two: 1 }) },
  });
  using prober = new Prober(stage.target);
  await untilNew(
    () => prober.get(host),
    ({ status }) => status === 404,
    ({ status }) => status === 200,
  );
  if ("dryRun" in route) throw new Error("the write was taken for a dry run");
  return route.id;
}

async function writeUntilServed(stage: Stage, name: string): Promise<number> {
  const host = `${name}.bench.example`;
  for (let attempt = 0; ; attempt++) {
    try {
      await stage.instance.client.httpRoutes.create({
        params: { project: stage.project },
        body: { name, spec: routeSpec(host, { one: 1 }) },
      });
      break;
    } catch (error) {
      // The cloud may be down; a write whose answer was lost shows as already there.
      if (error instanceof Error && "code" in error && error.code === "already_exists") break;
      if (attempt > 600) throw error;
      await sleep(50);
    }
  }
  using prober = new Prober(stage.target);
  const watch = await untilNew(
    () => prober.get(host),
    ({ status }) => status === 404,
    ({ status }) => status === 200,
    60_000,
  );
  return watch.at;
}
