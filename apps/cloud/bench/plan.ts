import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { PlanChangeInput } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import { migrate, openDatabase, runtimeUrl } from "@fairlead/database";
import { diff, type Intent, type Json, render } from "@fairlead/intent";
import { eventually, freePort, processCpuMs, startProgram, testDatabase } from "@fairlead/testkit";
import { type Call, raiseFleet, route, tellFacts } from "./fleet.ts";

// A plan of many changes over many clusters: real PostgreSQL, the cloud as a process of its own, HTTP between. Beside it the
// floor: rendering both sides and comparing them, for as many clusters and changes, in this process.

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    clusters: { type: "string", default: "200" },
    changes: { type: "string", default: "50" },
    routes: { type: "string", default: "300" },
    runs: { type: "string", default: "5" },
  },
});
const [clusters, changes, routes, runs] = [values.clusters, values.changes, values.routes, values.runs].map(Number);
if (!clusters || !changes || !routes || !runs) throw new RangeError("sizes must be numbers above 0");

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
}

const say = (line: string) => console.error(`bench: ${line} …`);
const login = { name: "fairlead_bench", password: "only-for-this-benchmark" };
const token = generateToken("tok");
await using server = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl, runtime: login }) });
const databaseUrl = runtimeUrl(server.ownerUrl, login);
await using database = await openDatabase({ url: databaseUrl, max: 2 });
const { organization, project } = await database.system.bootstrap({ organization: "bench", token });
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const cloud = startProgram({
  command: process.execPath,
  args: [fileURLToPath(new URL("../src/main.ts", import.meta.url)), "--role", "api"],
  env: {
    DATABASE_URL: databaseUrl,
    FAIRLEAD_HOST: "127.0.0.1",
    FAIRLEAD_PORT: `${port}`,
    FAIRLEAD_ADMIN_PORT: `${await freePort()}`,
    FAIRLEAD_LOG_LEVEL: "warn",
    NODE_NO_WARNINGS: "1",
  },
});
const figures: Figure[] = [];
try {
  await eventually(async () => void (await fetch(`${url}/healthz`)), { timeoutMs: 180_000 });
  say(`raising ${clusters} clusters with ${routes} routes each`);
  const ids = await raiseFleet(call, project, { clusters, routes });
  for (const alike of [true, false]) {
    const what = alike ? "clusters alike, ages told, one in ten lacks a Service" : "no Service alike in two clusters";
    say(`telling facts: ${what}`);
    await tellFacts(database, organization, ids, { routes, alike });
    say(`planning ${changes} changes, ${runs} times`);
    figures.push(...(await measure(what)));
  }
  figures.push(...floor());
  console.table(figures.map(({ name, value, unit, target = "" }) => ({ figure: name, value, unit, target })));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ figures }, null, 2)}\n`);
} finally {
  await cloud.stop();
}

async function measure(what: string): Promise<Figure[]> {
  const walls: number[] = [];
  const cpus: number[] = [];
  let bytes = 0;
  let counted = "";
  for (let run = 0; run <= (runs ?? 1); run++) {
    const [cpu, from] = [processCpuMs(cloud.pid), performance.now()];
    const answer = await send("POST", `/v1/projects/${project}/plans`, { changes: edits(run) });
    const text = await answer.text();
    const plan: { summary: object; findings: readonly unknown[]; clusters: readonly unknown[] } = JSON.parse(text);
    // The first run warms up: statements are prepared, code is compiled.
    if (run > 0) {
      walls.push(performance.now() - from);
      cpus.push(processCpuMs(cloud.pid) - cpu);
    }
    if (plan.clusters?.length !== clusters) throw new Error(`not a plan for all: ${text.slice(0, 500)}`);
    bytes = text.length;
    counted = JSON.stringify({ ...plan.summary, findings: plan.findings.length });
  }
  say(`it says ${counted}`);
  const all = (clusters ?? 1) * (changes ?? 1);
  return [
    { name: `${what}: slowest of ${runs}`, value: round(Math.max(...walls) / 1000), unit: "s", target: "< 5" },
    { name: `${what}: median`, value: round(median(walls) / 1000), unit: "s" },
    { name: `${what}: CPU of the cloud per cluster × change`, value: round((median(cpus) * 1000) / all), unit: "µs" },
    { name: `${what}: answer`, value: round(bytes / 1e6), unit: "MB" },
  ];
}

/** Edits, new routes and deletions: 6, 2 and 2 of 10. */
function edits(run: number): PlanChangeInput[] {
  return Array.from({ length: changes ?? 1 }, (_, index): PlanChangeInput => {
    const at = Math.floor((index * (routes ?? 1)) / (changes ?? 1));
    if (index % 10 >= 8) return { action: "delete", kind: "HTTPRoute", name: `route-${at}` };
    if (index % 10 >= 6) return { ...route(at, 50), name: `new-${index}` };
    return route(at, 51 + run);
  });
}

function floor(): Figure[] {
  const sides = edits(1).map((change, index): [Intent, Intent] => {
    const spec: Record<string, Json> = JSON.parse(JSON.stringify(route(index, 50).spec));
    const after: Record<string, Json> = JSON.parse(JSON.stringify(route(index, 60).spec));
    const placement = { clusterSelector: {} };
    const common = {
      id: "rt_x",
      kind: "HTTPRoute",
      namespace: "default",
      labels: {},
      annotations: {},
      placement,
    } as const;
    return [
      { ...common, name: change.name, spec },
      { ...common, name: change.name, spec: after },
    ];
  });
  const from = process.cpuUsage();
  for (let cluster = 0; cluster < (clusters ?? 1); cluster++) {
    for (const [before, after] of sides) {
      const [old, fresh] = [render(before, {}).object, render(after, {}).object].map(
        ({ apiVersion, kind, metadata, spec }) => ({
          apiVersion,
          kind,
          metadata: { ...metadata },
          spec,
        }),
      );
      if (diff(old, fresh).length === 0) throw new Error("nothing differs");
    }
  }
  const { user, system } = process.cpuUsage(from);
  const each = (user + system) / ((clusters ?? 1) * sides.length);
  return [{ name: "floor: render both sides and compare, per cluster × change", value: round(each), unit: "µs" }];
}

async function call(...[method, path, body]: Parameters<Call>): Promise<unknown> {
  const answer = await send(method, path, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  return answer.json();
}

function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${token.token.reveal()}`, "content-type": "application/json" };
  return fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
}

function median(sample: readonly number[]): number {
  return [...sample].sort((a, b) => a - b)[Math.floor(sample.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
