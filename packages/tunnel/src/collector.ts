import { compareRevisions, type Revision } from "@fairlead/core";
import type { BundleKey, ClusterStateFrame, NodeState } from "./frame.ts";
import { NO_REVISION } from "./limits.ts";
import type { NodeReport } from "./node-report.ts";
import { NodeTracker, type Wanted } from "./node-tracker.ts";
import { type StageReason, StageTracker } from "./stage-tracker.ts";

export interface CollectorOptions {
  /** What never reaches a proxy is not waited for on nodes. Default: Gateways, HTTP and gRPC routes and Ingresses reach it. */
  readonly reachesProxy?: (key: BundleKey) => boolean;
  /** After this long an object that is neither there nor refused becomes an exception. Default 5,000 ms. */
  readonly stuckAfterMs?: number;
  /** A node silent for longer is unknown. Default 15,000 ms. */
  readonly silentAfterMs?: number;
  /** A silent reporter that is no Node object is forgotten after this long. Default ten minutes. */
  readonly forgetAfterMs?: number;
}

/** One change of the bundle. */
export interface CollectedChange {
  readonly key: BundleKey;
  readonly revision: Revision;
  readonly deleted: boolean;
}

interface Target {
  readonly revision: Revision;
  readonly deleted: boolean;
  /** The API server refused it at this revision: nothing can be asked of nodes. */
  refused: boolean;
}

const PROXIED_KINDS = /^(gateway\.networking\.k8s\.io\/(Gateway|HTTPRoute|GRPCRoute)|networking\.k8s\.io\/Ingress)\//;

/**
 * Turns what the bundle wants, what the API server took and what agents report into watermarks and exceptions: one
 * for the cluster (`applied`), one per node (`proxied`). Pure: time comes in as `now` (milliseconds since the Unix
 * epoch). A change costs time by the number of nodes, a report by the number of its objects; nothing costs by the
 * size of the bundle but a full report.
 */
export class Collector {
  readonly #options: Required<CollectorOptions>;
  readonly #targets = new Map<BundleKey, Target>();
  readonly #cluster: StageTracker;
  readonly #nodes = new Map<string, NodeTracker>();
  readonly #expected = new Set<string>();
  readonly #dirty = new Set<NodeTracker>();
  readonly #removed = new Set<string>();
  #through: Revision = NO_REVISION;
  #applied: Revision = NO_REVISION;

  constructor(options: CollectorOptions = {}) {
    this.#options = {
      reachesProxy: options.reachesProxy ?? ((key) => PROXIED_KINDS.test(key)),
      stuckAfterMs: options.stuckAfterMs ?? 5_000,
      silentAfterMs: options.silentAfterMs ?? 15_000,
      forgetAfterMs: options.forgetAfterMs ?? 600_000,
    };
    this.#cluster = new StageTracker("applied", this.#options.stuckAfterMs);
  }

  /** The bundle changed, and is at `through` now. */
  bundleChanged(changes: Iterable<CollectedChange>, through: Revision, now: number): void {
    this.#through = through;
    for (const { key, revision, deleted } of changes) {
      this.#targets.set(key, { revision, deleted, refused: false });
      this.#cluster.wait(key, revision, now);
      this.#compareEverywhere(key, now);
    }
    for (const node of this.#nodes.values()) this.#dirty.add(node);
  }

  /** The API server has the object at this revision, or no longer has it when it was deleted. */
  applied(key: BundleKey, revision: Revision, now: number): void {
    const target = this.#targets.get(key);
    if (target === undefined || compareRevisions(target.revision, revision) !== 0) return;
    this.#cluster.done(key);
    this.#refuse(key, target, false, now);
  }

  /** The API server refused the object, or the connector may not touch what is there under its name. */
  rejected(key: BundleKey, revision: Revision, why: StageReason, now: number): void {
    const target = this.#targets.get(key);
    if (target === undefined || compareRevisions(target.revision, revision) !== 0) return;
    this.#cluster.reject(key, revision, why, now);
    this.#refuse(key, target, true, now);
  }

  /** A try failed in a way that may pass; it is said with the exception if it does not. */
  delayed(key: BundleKey, revision: Revision, why: StageReason, now: number): void {
    const target = this.#targets.get(key);
    if (target === undefined || target.refused || compareRevisions(target.revision, revision) !== 0) return;
    this.#cluster.wait(key, revision, now, why);
  }

  /** Forgets a deleted key that neither the API server nor any node has any more; false when one may, or may not let it go. */
  forget(key: BundleKey): boolean {
    const target = this.#targets.get(key);
    if (target?.deleted !== true || !this.#cluster.isDone(key)) return false;
    for (const node of this.#nodes.values()) if (node.has(key)) return false;
    this.#targets.delete(key);
    return true;
  }

  /** The Node objects of the cluster. */
  expect(nodes: Iterable<string>, now: number): void {
    this.#expected.clear();
    for (const node of nodes) {
      this.#expected.add(node);
      this.#node(node, now);
    }
    this.#forgetSilent(now);
  }

  /** A report of a node's agent; false when the agent has to send a full one. */
  report(report: NodeReport, now: number): boolean {
    const node = this.#node(report.node, now);
    const first = !node.reports;
    const touched = node.report(report, now);
    if (touched === undefined) return false;
    const keys = first || report.full ? new Set([...touched, ...this.#targets.keys()]) : touched;
    for (const key of keys) node.compare(key, this.#wanted(key), now);
    this.#dirty.add(node);
    return true;
  }

  /** Time passed. Due about every second. */
  tick(now: number): void {
    this.#cluster.tick(now);
    for (const node of this.#nodes.values()) {
      node.tick(now, this.#options.silentAfterMs);
      this.#dirty.add(node);
    }
    this.#forgetSilent(now);
  }

  /** How far the API server is, when that changed since the last call, or in any case when `complete`. */
  takeClusterState(complete: boolean, now: number): ClusterStateFrame | undefined {
    const applied = this.#cluster.watermark(this.#through);
    const same = compareRevisions(applied, this.#applied) === 0;
    if (same && !complete && !this.#cluster.touched) return undefined;
    this.#applied = applied;
    return { type: "clusterState", applied, ...this.#cluster.take(complete), complete, at: now };
  }

  /** The nodes that changed since the last call, or all when `complete`; sorted by name. */
  takeNodeStates(complete: boolean, now: number): NodeState[] {
    const states: NodeState[] = [];
    for (const node of complete ? this.#nodes.values() : this.#dirty) {
      const state = node.take(this.#through, complete, now);
      if (state !== undefined) states.push(state);
    }
    if (!complete) for (const node of this.#removed) states.push(removedNode(node, now));
    this.#dirty.clear();
    this.#removed.clear();
    return states.sort((a, b) => (a.node < b.node ? -1 : 1));
  }

  #node(name: string, now: number): NodeTracker {
    let node = this.#nodes.get(name);
    if (node === undefined) {
      node = new NodeTracker(name, now, this.#options.stuckAfterMs);
      this.#nodes.set(name, node);
      this.#removed.delete(name);
      this.#dirty.add(node);
    }
    return node;
  }

  #forgetSilent(now: number): void {
    for (const [name, node] of this.#nodes) {
      const limit = node.reports ? this.#options.forgetAfterMs : 0;
      if (this.#expected.has(name) || now - node.heardAt < limit) continue;
      this.#nodes.delete(name);
      this.#dirty.delete(node);
      this.#removed.add(name);
    }
  }

  #refuse(key: BundleKey, target: Target, refused: boolean, now: number): void {
    if (target.refused === refused) return;
    target.refused = refused;
    this.#compareEverywhere(key, now);
  }

  #compareEverywhere(key: BundleKey, now: number): void {
    const wanted = this.#wanted(key);
    for (const node of this.#nodes.values()) {
      if (!node.reports) continue;
      node.compare(key, wanted, now);
      this.#dirty.add(node);
    }
  }

  #wanted(key: BundleKey): Wanted {
    const target = this.#targets.get(key);
    if (target === undefined || target.refused || !this.#options.reachesProxy(key)) return { kind: "none" };
    return { kind: target.deleted ? "deleted" : "live", revision: target.revision };
  }
}

function removedNode(node: string, at: number): NodeState {
  return {
    node,
    watermark: undefined,
    unknownSince: undefined,
    set: [],
    clear: [],
    complete: true,
    removed: true,
    at,
  };
}
