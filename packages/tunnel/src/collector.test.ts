import { compareRevisions, type Revision } from "@fairlead/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Collector } from "./collector.ts";
import type { NodeState } from "./frame.ts";
import type { NodeObjectReport, NodeReport } from "./node-report.ts";

const ROUTES = ["HTTPRoute/ns/a", "HTTPRoute/ns/b", "GRPCRoute/ns/c"].map((key) => `gateway.networking.k8s.io/${key}`);
const CLASS = "gateway.networking.k8s.io/GatewayClass//fairlead";
const KEYS = [...ROUTES, CLASS];
const WHY = { reason: "invalid", field: "spec", message: "no" };

function at(n: number): Revision {
  return { epoch: 1, n };
}

/** What a hub knows after it took in every state it was sent. */
class HubView {
  readonly nodes = new Map<string, { watermark: Revision | undefined; exceptions: Map<string, NodeState["set"][0]> }>();

  take(states: readonly NodeState[]): void {
    for (const state of states) {
      const known = this.nodes.get(state.node);
      const exceptions = state.complete ? new Map() : (known?.exceptions ?? new Map());
      for (const key of state.clear) exceptions.delete(key);
      for (const exception of state.set) exceptions.set(exception.key, exception);
      if (state.removed) this.nodes.delete(state.node);
      else this.nodes.set(state.node, { watermark: state.watermark, exceptions });
    }
  }
}

/** The same answers computed from scratch. */
class Oracle {
  readonly targets = new Map<string, { revision: Revision; deleted: boolean; outcome?: "applied" | "rejected" }>();
  readonly reports = new Map<string, Map<string, NodeObjectReport>>();
  n = 0;

  node(name: string) {
    const reports = this.reports.get(name) ?? new Map<string, NodeObjectReport>();
    const pending: number[] = [];
    const exceptions: string[] = [];
    for (const [key, target] of this.targets) {
      if (key === CLASS || target.outcome === "rejected") continue;
      const report = reports.get(key);
      if (target.deleted) {
        if (report !== undefined) pending.push(target.revision.n);
        continue;
      }
      const current = report !== undefined && compareRevisions(report.revision, target.revision) === 0;
      if (current && report.state === "rejected") exceptions.push(key);
      else if (!current || report.state !== "proxied") pending.push(target.revision.n);
    }
    return { watermark: this.#watermark(pending), exceptions: exceptions.sort() };
  }

  cluster() {
    const open = [...this.targets.values()].filter((target) => target.outcome === undefined);
    const rejected = [...this.targets].filter(([, target]) => target.outcome === "rejected");
    return {
      applied: this.#watermark(open.map((target) => target.revision.n)),
      exceptions: rejected.map(([key]) => key).sort(),
    };
  }

  #watermark(pending: readonly number[]): Revision {
    return at(Math.min(this.n, ...pending.map((n) => n - 1)));
  }
}

const key = fc.constantFrom(...KEYS);
const node = fc.constantFrom("n1", "n2");
const action = fc.oneof(
  fc.record({
    type: fc.constant("bundle" as const),
    changes: fc.uniqueArray(fc.record({ key, deleted: fc.boolean() }), { maxLength: 4, selector: (c) => c.key }),
  }),
  fc.record({ type: fc.constant("outcome" as const), key, outcome: fc.constantFrom("applied", "rejected") }),
  fc.record({
    type: fc.constant("report" as const),
    node,
    full: fc.boolean(),
    removed: fc.uniqueArray(fc.constantFrom(...ROUTES), { maxLength: 2 }),
    objects: fc.uniqueArray(
      fc.record({
        key: fc.constantFrom(...ROUTES),
        lag: fc.nat(2),
        state: fc.constantFrom("proxied" as const, "pending" as const, "rejected" as const),
      }),
      { maxLength: 3, selector: (o) => o.key },
    ),
  }),
);

describe("the collector", () => {
  test("tells a hub, change by change, what a computation from scratch gives", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const collector = new Collector({ stuckAfterMs: 1e9 });
        const oracle = new Oracle();
        const hub = new HubView();
        const seqs = new Map<string, number>();
        let applied = at(0);
        const clusterExceptions = new Set<string>();
        for (const [now, item] of actions.entries()) {
          if (item.type === "bundle") {
            oracle.n += 1;
            const revision = at(oracle.n);
            for (const change of item.changes) {
              oracle.targets.set(change.key, { revision, deleted: change.deleted });
            }
            const changes = item.changes.map((change) => ({ ...change, revision }));
            collector.bundleChanged(changes, revision, now);
          } else if (item.type === "outcome") {
            const target = oracle.targets.get(item.key);
            if (target === undefined) continue;
            if (item.outcome === "applied") collector.applied(item.key, target.revision, now);
            else collector.rejected(item.key, target.revision, WHY, now);
            target.outcome = item.outcome === "applied" ? "applied" : "rejected";
          } else {
            take(collector, oracle, seqs, item, now);
          }
          hub.take(collector.takeNodeStates(false, now));
          const cluster = collector.takeClusterState(false, now);
          if (cluster !== undefined) {
            applied = cluster.applied;
            for (const name of cluster.clear) clusterExceptions.delete(name);
            for (const exception of cluster.set) clusterExceptions.add(exception.key);
          }
          if (oracle.n === 0) continue;
          expect({ applied, exceptions: [...clusterExceptions].sort() }).toEqual(oracle.cluster());
          for (const [name, view] of hub.nodes) {
            const told = { watermark: view.watermark, exceptions: [...view.exceptions.keys()].sort() };
            expect(told).toEqual(oracle.node(name));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a node that never reported is unknown since it was expected, and again when it falls silent", () => {
    const collector = new Collector();
    collector.expect(["n1"], 1_000);
    expect(collector.takeNodeStates(false, 1_000)).toMatchObject([{ node: "n1", unknownSince: 1_000 }]);
    expect(collector.report(report("n1", 1, true), 2_000)).toBe(true);
    expect(collector.takeNodeStates(false, 2_000)).toMatchObject([
      { unknownSince: undefined, watermark: { epoch: 0, n: 0 } },
    ]);
    collector.tick(17_001);
    expect(collector.takeNodeStates(false, 17_001)).toMatchObject([{ unknownSince: 2_000, watermark: undefined }]);
    collector.expect([], 18_000);
    collector.tick(603_000);
    expect(collector.takeNodeStates(false, 603_000)).toMatchObject([{ node: "n1", removed: true }]);
  });

  test("asks for a full report after a gap or a restart of the agent, not for one sent twice", () => {
    const collector = new Collector();
    expect(collector.report(report("n1", 4, false), 0)).toBe(false);
    expect(collector.report(report("n1", 5, true), 0)).toBe(true);
    expect(collector.report(report("n1", 6, false), 0)).toBe(true);
    expect(collector.report(report("n1", 6, false), 0)).toBe(true);
    expect(collector.report(report("n1", 8, false), 0)).toBe(false);
    expect(collector.report({ ...report("n1", 7, false), instance: "other" }, 0)).toBe(false);
  });

  test("what is pending for too long becomes an exception and lets the watermark pass", () => {
    const [route = ""] = ROUTES;
    const collector = new Collector({ stuckAfterMs: 5_000 });
    collector.report(report("n1", 1, true), 0);
    collector.bundleChanged([{ key: route, revision: at(3), deleted: false }], at(3), 0);
    collector.applied(route, at(3), 0);
    const pending: NodeObjectReport = { key: route, revision: at(3), state: "pending", at: 0 };
    collector.report({ ...report("n1", 2, false), objects: [pending] }, 10);
    expect(collector.takeNodeStates(false, 10)).toMatchObject([{ watermark: at(2), set: [] }]);
    collector.tick(5_010);
    expect(collector.takeNodeStates(false, 5_010)).toMatchObject([
      { watermark: at(3), set: [{ key: route, state: "pending", stage: "proxied" }] },
    ]);
    collector.report({ ...report("n1", 3, false), objects: [{ ...pending, state: "proxied" }] }, 6_000);
    expect(collector.takeNodeStates(false, 6_000)).toMatchObject([{ watermark: at(3), set: [], clear: [route] }]);
  });

  test("a deleted key is forgotten once neither the API server nor a node has it", () => {
    const [route = ""] = ROUTES;
    const collector = new Collector();
    const proxied: NodeObjectReport = { key: route, revision: at(1), state: "proxied", at: 0 };
    collector.report({ ...report("n1", 1, true), objects: [proxied] }, 0);
    collector.bundleChanged([{ key: route, revision: at(2), deleted: true }], at(2), 0);
    expect(collector.forget(route)).toBe(false);
    collector.applied(route, at(2), 0);
    expect(collector.forget(route)).toBe(false);
    collector.report({ ...report("n1", 2, false), removed: [route] }, 0);
    expect(collector.takeNodeStates(false, 0)).toMatchObject([{ watermark: at(2) }]);
    expect(collector.forget(route)).toBe(true);
  });

  test("a deleted key is not forgotten while its deletion is refused, for then it would never be made", () => {
    const [route = ""] = ROUTES;
    const collector = new Collector();
    collector.bundleChanged([{ key: route, revision: at(2), deleted: true }], at(2), 0);
    collector.rejected(route, at(2), { reason: "guard_refused", field: "", message: "not now" }, 0);
    expect(collector.takeClusterState(false, 0)).toMatchObject({ applied: at(2), set: [{ key: route }] });
    expect(collector.forget(route)).toBe(false);
    collector.applied(route, at(2), 0);
    expect(collector.takeClusterState(false, 0)).toMatchObject({ applied: at(2), clear: [route] });
    expect(collector.forget(route)).toBe(true);
  });
});

function report(name: string, seq: number, full: boolean): NodeReport {
  return { node: name, instance: "i", seq, full, objects: [], removed: [] };
}

function take(
  collector: Collector,
  oracle: Oracle,
  seqs: Map<string, number>,
  item: {
    readonly node: string;
    readonly full: boolean;
    readonly removed: readonly string[];
    readonly objects: readonly { key: string; lag: number; state: NodeObjectReport["state"] }[];
  },
  now: number,
): void {
  const full = item.full || !seqs.has(item.node);
  const seq = (seqs.get(item.node) ?? 0) + 1;
  seqs.set(item.node, seq);
  const objects = item.objects.map(({ key: name, lag, state }): NodeObjectReport => {
    const revision = oracle.targets.get(name)?.revision ?? at(1);
    return { key: name, revision: at(Math.max(0, revision.n - lag)), state, at: now };
  });
  collector.report({ ...report(item.node, seq, full), objects, removed: item.removed }, now);
  const known = full ? new Map<string, NodeObjectReport>() : (oracle.reports.get(item.node) ?? new Map());
  for (const name of item.removed) known.delete(name);
  for (const object of objects) known.set(object.key, object);
  oracle.reports.set(item.node, known);
}
