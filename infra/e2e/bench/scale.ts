import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { httpGet } from "@fairlead/testkit";
import { metric, podsOf } from "../src/mesh/connector.ts";
import { gateway, route } from "../src/mesh/manifests.ts";
import { type Mesh, startBookinfo, startMesh } from "../src/mesh/mesh.ts";
import { ROOT } from "../src/mesh/root.ts";
import { run } from "../src/mesh/run.ts";
import { processesOf, type Usage, usageOf } from "./processes.ts";
import { createServices } from "./services.ts";

const { values } = parseArgs({
  options: { routes: { type: "string", default: "5000" }, report: { type: "boolean", default: false } },
});
const COUNT = Number(values.routes);
/** How long nothing is asked for, to see what idleness costs. */
const IDLE_MS = 60_000;
const PARTS = ["connector", "operator", "agent"] as const;

interface Row {
  readonly figure: string;
  readonly value: string;
  readonly target?: string;
}

const say = (text: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);
await using mesh = await bring();
const rows = await measure(mesh);
const text = await report(rows);
console.log(`\n${text}`);
if (values.report) writeFileSync(join(ROOT, "docs/reports/scale.md"), text);

async function bring(): Promise<Mesh> {
  say("bringing up a lab of two nodes with Fairlead in it");
  const up = await startMesh({ name: "e2e-scale", images: ["bookinfo-details-v1"] });
  await startBookinfo(up.cluster, ["details"]);
  const ip = await up.cluster.kubectl(["get", "pods", "-l", "app=details", "-o", "jsonpath={.items[0].status.podIP}"]);
  say(`making ${COUNT} Services`);
  await createServices(up.cluster, COUNT, ip);
  const made = await up.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "120s"], gateway());
  if (made.code !== 0) throw new Error(made.stderr);
  return up;
}

async function measure({ cloud, cluster }: Mesh): Promise<Row[]> {
  say("waiting until nothing moves");
  await sleep(20_000);
  const before = usage();
  say(`writing ${COUNT} routes`);
  const manifest = Array.from({ length: COUNT }, (_, n) => route(`scale-${n}`, { service: `svc-${n}`, port: 80 }));
  const began = performance.now();
  const applied = await cloud.fairlead(["apply", "-f", "-"], manifest.join("---\n"));
  if (applied.code !== 0) throw new Error(applied.stderr.slice(0, 2_000));
  const writtenMs = performance.now() - began;
  const waited = await cloud.fairlead(["wait", "--all", "--timeout", "900s"]);
  if (waited.code !== 0) throw new Error(waited.stderr.slice(0, 2_000));
  const servedMs = performance.now() - began;
  const after = usage();
  for (const { address } of cluster.nodes) {
    const { status } = await httpGet(`http://${address}/details/1`, { host: `scale-${COUNT - 1}.example` });
    if (status !== 200) throw new Error(`node ${address} answers ${status} for the last route`);
  }
  say(`served after ${(servedMs / 1_000).toFixed(1)} s; idling for ${IDLE_MS / 1_000} s`);
  await sleep(20_000);
  const idleFrom = usage();
  await sleep(IDLE_MS);
  const idleTo = usage();
  const frames = await largestFrames(cluster);
  const object = await largestObject(mesh);
  return [
    { figure: `${COUNT} routes written through the API`, value: `${(writtenMs / 1_000).toFixed(1)} s` },
    { figure: "until every node's Envoy serves all of them", value: `${(servedMs / 1_000).toFixed(1)} s` },
    ...PARTS.flatMap((part) => [
      { figure: `${part}: CPU for them`, value: each(part, before, after) },
      { figure: `${part}: peak memory`, value: peak(after[part]) },
      {
        figure: `${part}: CPU at rest`,
        value: `${((total(idleTo[part]) - total(idleFrom[part])) / (IDLE_MS / 100_000)).toFixed(2)} % of a processor`,
        target: "near zero",
      },
    ]),
    { figure: "largest frame to the connector", value: `${frames.in} bytes`, target: "< 262144" },
    { figure: "largest frame from the connector", value: `${frames.out} bytes`, target: "< 262144" },
    { figure: "largest object in the cluster that is Fairlead's", value: `${object} bytes`, target: "< 1000000" },
  ];
}

type Snapshot = Record<(typeof PARTS)[number], ReadonlyMap<number, Usage>>;

function usage(): Snapshot {
  const of = (part: string) =>
    new Map(processesOf(`/app/apps/${part}/src/main.js`).map((pid) => [pid, usageOf(pid)] as const));
  return { connector: of("connector"), operator: of("operator"), agent: of("agent") };
}

function total(processes: ReadonlyMap<number, Usage>): number {
  return [...processes.values()].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

function each(part: keyof Snapshot, from: Snapshot, to: Snapshot): string {
  const spent = [...to[part]].map(([pid, { cpuSeconds }]) => cpuSeconds - (from[part].get(pid)?.cpuSeconds ?? 0));
  return `${spent
    .sort((a, b) => b - a)
    .map((one) => one.toFixed(1))
    .join(" + ")} CPU seconds`;
}

function peak(processes: ReadonlyMap<number, Usage>): string {
  return `${(Math.max(...[...processes.values()].map(({ peakBytes }) => peakBytes)) / 1e6).toFixed(0)} MB`;
}

async function largestFrames(cluster: Mesh["cluster"]): Promise<{ in: number; out: number }> {
  const most = { in: 0, out: 0 };
  for (const { ip } of await podsOf(cluster, "connector")) {
    const found = await metric(ip, 9882, "fairlead_tunnel_largest_frame_bytes");
    most.in = Math.max(most.in, found['{direction="in"}'] ?? 0);
    most.out = Math.max(most.out, found['{direction="out"}'] ?? 0);
  }
  return most;
}

async function largestObject({ cluster }: Mesh): Promise<number> {
  const kinds = "secrets,configmaps,leases,httproutes,gateways";
  const text = await cluster.kubectl(["get", kinds, "-A", "-o", "json"]);
  const { items }: { items: readonly unknown[] } = JSON.parse(text);
  return Math.max(...items.map((item) => JSON.stringify(item).length));
}

async function report(figures: readonly Row[]): Promise<string> {
  const commit = (await run(["git", "rev-parse", "--short=12", "HEAD"])).trim();
  const lines = figures.map(({ figure, value, target = "" }) => `| ${figure} | ${value} | ${target} |`);
  return `# One cluster with ${COUNT} routes

Commit ${commit}, \`npm run bench -- scale --report\`: a lab of two nodes, ${COUNT} Services with an endpoint each, then as
many routes through the API and the tunnel; cloud, API server, etcd and both nodes share 2 processors, load average at the
end ${loadavg()[0]?.toFixed(1)}.

| figure | value | target |
| --- | ---: | --- |
${lines.join("\n")}
`;
}
