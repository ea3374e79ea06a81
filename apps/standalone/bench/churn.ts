import { X509Certificate } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import type { JsonObject } from "@fairlead/contract";
import { selfSigned } from "@fairlead/testkit";
import { portOffset } from "../src/layout.ts";

import { startLoad } from "./children.ts";
import { type Figure, latencies } from "./figures.ts";
import type { LoadReport } from "./load.ts";
import { Prober, untilNew } from "./probe.ts";
import { putObject, routeSpec, type Stage } from "./stage.ts";
import { findService } from "./stage-gateway.ts";

const PART = "churn";
const GATEWAY = "churn";
const HOST = "churn.bench.example";
const SECRET = "churn-cert";
const PAUSE_MS = 50;

/**
 * `rate` requests a second, plain and over TLS, to one host while routes, weights, certificates and listeners change at
 * the same time, `changes` times each. Every answer must be a whole 200, and the last change of each must be in force.
 */
export async function measureChurn(stage: Stage, changes: number, rate: number): Promise<Figure[]> {
  const first = selfSigned(HOST);
  await putCertificate(stage, first);
  const gateway = await stage.instance.client.gateways.create({
    params: { project: stage.project },
    body: { name: GATEWAY, spec: gatewaySpec([]) },
  });
  const target = await findService(stage.instance, GATEWAY);
  const secureTarget = target.replace("http:", "https:").replace(/:\d+$/, `:${443 + portOffset()}`);
  const route = await stage.instance.client.httpRoutes.create({
    params: { project: stage.project },
    body: { name: GATEWAY, spec: spec({ one: 1, two: 1 }) },
  });
  if ("dryRun" in gateway || "dryRun" in route) throw new Error("a write was taken for a dry run");
  await served(target, HOST);

  using plain = startLoad(target, HOST, rate / 2);
  using secure = startLoad(secureTarget, HOST, rate / 2);
  await sleep(1000);
  const [, , certificate] = await Promise.all([
    repeat(changes, (turn) => changeWeights(stage, route.id, turn)),
    changeRoutes(stage, changes),
    changeCertificates(stage, changes),
    repeat(changes, (turn) => changeListeners(stage, gateway.id, turn)),
  ]);
  await untilCertificate(secureTarget, certificate);
  await served(target, `last.${HOST}`);
  await sleep(1000);
  const reports = [await plain.stop(), await secure.stop()];
  return figuresOf(reports, changes, rate);
}

function figuresOf(reports: readonly LoadReport[], changes: number, rate: number): Figure[] {
  const sent = sum(reports.map((report) => report.sent));
  const failed = sent - sum(reports.map((report) => report.succeeded));
  const failures = reports.flatMap((report) => Object.entries(report.failures));
  return [
    { part: PART, name: `requests at ${rate}/s, half of them over TLS`, value: sent, unit: "requests" },
    {
      part: PART,
      name: `failed over ${changes} changes each of routes, weights, certificates, listeners`,
      value: failed,
      unit: "requests",
      target: "0",
    },
    ...failures.map(([name, value]) => ({ part: PART, name: `failure: ${name}`, value, unit: "requests" })),
    ...latencies(
      PART,
      "request",
      reports.flatMap((report) => report.latenciesMs),
    ),
  ];
}

async function changeWeights(stage: Stage, id: string, turn: number): Promise<void> {
  const weights = turn % 2 === 0 ? { one: 1, two: 3 } : { one: 3, two: 1 };
  await stage.instance.client.httpRoutes.put({
    params: { project: stage.project, id },
    ifMatch: "*",
    body: { name: GATEWAY, spec: spec(weights) },
  });
}

/** Routes come to the loaded host and go again, before and behind the loaded one in precedence. */
async function changeRoutes(stage: Stage, changes: number): Promise<void> {
  const { httpRoutes } = stage.instance.client;
  const params = { project: stage.project };
  await repeat(changes / 2, async (turn) => {
    const path = turn % 2 === 0 ? `/other/${turn}` : `/deeper/and/longer/${turn}`;
    const rules = [
      { matches: [{ path: { type: "PathPrefix", value: path } }], backendRefs: [{ name: "two", port: 80 }] },
    ];
    const made = await httpRoutes.create({ params, body: { name: `churn-${turn}`, spec: { ...spec({}), rules } } });
    await sleep(PAUSE_MS);
    await httpRoutes.delete({ params: { ...params, id: "id" in made ? made.id : "" }, ifMatch: "*" });
  });
  const last = { ...routeSpec(`last.${HOST}`, { one: 1 }), parentRefs: [{ name: GATEWAY }] };
  await httpRoutes.create({ params, body: { name: "churn-last", spec: last } });
}

/** Gives the last certificate's fingerprint. */
async function changeCertificates(stage: Stage, changes: number): Promise<string> {
  // Making a key costs more than anything under test: a few, made beforehand, take turns.
  const pairs = Array.from({ length: 8 }, () => selfSigned(HOST));
  let last = pairs[0];
  await repeat(changes, async (turn) => {
    last = pairs[turn % pairs.length];
    if (last !== undefined) await putCertificate(stage, last);
  });
  return new X509Certificate(last?.chain ?? "").fingerprint256;
}

/** By turns: one more host on 443, one more port, both, none. */
async function changeListeners(stage: Stage, id: string, turn: number): Promise<void> {
  const host = secureListener("extra", `extra-${turn}.bench.example`);
  const port = { name: "port", protocol: "HTTP", port: 8081 + (turn % 4) };
  const extra = [[host], [port], [host, port], []][turn % 4] ?? [];
  await stage.instance.client.gateways.put({
    params: { project: stage.project, id },
    ifMatch: "*",
    body: { name: GATEWAY, spec: gatewaySpec(extra) },
  });
}

type Listener = JsonObject;

function gatewaySpec(extra: readonly Listener[]) {
  const listeners = [{ name: "http", protocol: "HTTP", port: 80 }, secureListener("https", HOST), ...extra];
  return { gatewayClassName: "fairlead", listeners };
}

function secureListener(name: string, hostname: string): Listener {
  return { name, protocol: "HTTPS", port: 443, hostname, tls: { certificateRefs: [{ name: SECRET }] } };
}

function spec(weights: Readonly<Record<string, number>>) {
  return { ...routeSpec(HOST, weights), parentRefs: [{ name: GATEWAY }] };
}

async function putCertificate(stage: Stage, pair: { readonly chain: string; readonly key: string }): Promise<void> {
  await putObject(stage.instance, "/api/v1/namespaces/default/secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: SECRET, namespace: "default" },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": pair.chain, "tls.key": pair.key },
  });
}

async function served(target: string, host: string): Promise<void> {
  using prober = new Prober(target);
  await untilNew(
    () => prober.get(host),
    ({ status }) => status === 404,
    ({ status }) => status === 200,
  );
}

/** Resolves once a new connection shows this certificate. Throws after 30 s. */
async function untilCertificate(target: string, fingerprint: string): Promise<void> {
  const { hostname, port } = new URL(target);
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((await presented(hostname, Number(port || 443))) === fingerprint) return;
    await sleep(50);
  }
  throw new Error(`${target} did not come to show the last certificate`);
}

function presented(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: HOST, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

async function repeat(times: number, change: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    await change(turn);
    await sleep(PAUSE_MS);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
