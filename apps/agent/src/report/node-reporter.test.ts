import { MeshError, silentLog, systemClock } from "@fairlead/core";
import type { NodeCertificate, NodeReportBody } from "@fairlead/tunnel";
import { afterEach, expect, test } from "vitest";
import { NodeReporter } from "./node-reporter.ts";
import type { ObjectReport } from "./object-reports.ts";

const soon = { timeout: 5_000, interval: 5 };
let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  stack = new AsyncDisposableStack();
});

function create(answer: (report: NodeReportBody, count: number) => { resync: boolean } = () => ({ resync: false })) {
  const reports = new Map<string, ObjectReport>();
  const sent: NodeReportBody[] = [];
  const reporter = new NodeReporter({
    node: "n1",
    reports: () => reports,
    send: async (report) => {
      sent.push(report);
      return answer(report, sent.length);
    },
    clock: systemClock,
    log: silentLog,
    heartbeatMs: 30,
    backoff: { baseMs: 1, maxMs: 5 },
  });
  stack.use(reporter);
  const set = (key: string, revision: string | undefined) => {
    if (revision === undefined) reports.delete(key);
    else reports.set(key, { key, revision, state: "proxied", at: 1 });
    reporter.changed(key);
  };
  const brief = () =>
    sent.map(({ full, objects, removed }) =>
      [full ? "full" : "delta", ...objects.map((o) => `${o.key}@${o.revision}`), ...removed.map((k) => `-${k}`)].join(
        " ",
      ),
    );
  return { reporter, sent, set, brief };
}

test("says everything first, then what changed, and an empty delta when nothing does", async () => {
  const { reporter, sent, set, brief } = create();
  set("a", "1.1");
  reporter.start();
  await expect.poll(() => sent.length, soon).toBeGreaterThan(0);
  set("b", "1.2");
  set("a", undefined);
  await expect.poll(() => sent.length, soon).toBeGreaterThan(2);
  expect(brief().slice(0, 3)).toEqual(["full a@1.1", "delta b@1.2 -a", "delta"]);
  expect(sent.map(({ seq }) => seq).slice(0, 3)).toEqual([0, 1, 2]);
  expect(new Set(sent.map(({ instance }) => instance)).size).toBe(1);
});

test("what was not delivered goes with the next report, under the same number", async () => {
  const { reporter, sent, set, brief } = create((_, count) => {
    if (count === 2) throw new MeshError("unavailable", { public: "away" });
    return { resync: false };
  });
  reporter.start();
  await expect.poll(() => sent.length, soon).toBe(1);
  set("a", "1.1");
  await expect.poll(() => sent.length, soon).toBeGreaterThan(2);
  expect(brief().slice(0, 3)).toEqual(["full", "delta a@1.1", "delta a@1.1"]);
  expect(sent.map(({ seq }) => seq).slice(0, 3)).toEqual([0, 1, 1]);
});

test("everything again when the connector asks", async () => {
  const { reporter, sent, set, brief } = create((_, count) => ({ resync: count === 2 }));
  set("a", "1.1");
  reporter.start();
  await expect.poll(() => sent.length, soon).toBe(1);
  set("b", "1.2");
  await expect.poll(() => sent.length, soon).toBeGreaterThan(2);
  expect(brief().slice(0, 3)).toEqual(["full a@1.1", "delta b@1.2", "full a@1.1 b@1.2"]);
});

test("a report too large for one message goes in several, the first of them full", async () => {
  const { reporter, sent, set } = create();
  for (let i = 0; i < 6_000; i++) set(`${"x".repeat(900)}${i}`, "1.1");
  reporter.start();
  await expect.poll(() => sent.length, soon).toBeGreaterThan(1);
  expect(sent.slice(0, 2).map(({ full }) => full)).toEqual([true, false]);
  expect(sent[0]?.objects.length).toBeGreaterThan(1_000);
  expect((sent[0]?.objects.length ?? 0) + (sent[1]?.objects.length ?? 0)).toBe(6_000);
});

test("tells its certificates to begin with and when they change, and again when it has to say everything", async () => {
  let certificates = [certificate("a")];
  const sent: NodeReportBody[] = [];
  const reporter = new NodeReporter({
    node: "n1",
    reports: () => new Map(),
    certificates: () => certificates,
    send: async (report) => {
      sent.push(report);
      return { resync: sent.length === 4 };
    },
    clock: systemClock,
    log: silentLog,
    heartbeatMs: 5,
  });
  stack.use(reporter);
  reporter.start();
  const told = () => sent.map((report) => report.certificates?.map(({ name }) => name).join() ?? "-");
  await expect.poll(() => sent.length, soon).toBeGreaterThan(2);
  expect(told().slice(0, 3)).toEqual(["a", "-", "-"]);
  await expect.poll(() => sent.length, soon).toBeGreaterThan(5);
  expect(told()[4]).toBe("a");
  certificates = [certificate("a"), certificate("b")];
  await expect.poll(() => told().at(-1) === "-" && told().includes("a,b"), soon).toBe(true);
});

function certificate(name: string): NodeCertificate {
  return { namespace: "default", name, usedBy: [], problem: "does not exist", facts: undefined };
}
