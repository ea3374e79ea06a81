import type { ClusterStateFrame, Collector, NodeStatesFrame } from "@fairlead/tunnel";
import { clusterStateFrames, nodeStatesFrames } from "@fairlead/tunnel";

/** Changes within this time travel together, in milliseconds. */
const COALESCE_MS = 5;

export interface StateReporterOptions {
  readonly collector: Collector;
  /** Sends a frame when there is a session; drops it otherwise. */
  readonly send: (frame: ClusterStateFrame | NodeStatesFrame) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Tells the hub what the collector found, at once when it was quiet before, else at most every five milliseconds. */
export class StateReporter implements Disposable {
  readonly #options: StateReporterOptions;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #flushedAt = 0;
  #maxFrameBytes: number | undefined;

  constructor(options: StateReporterOptions) {
    this.#options = options;
  }

  /** A session opened: tells everything. */
  opened(maxFrameBytes: number): void {
    this.#maxFrameBytes = maxFrameBytes;
    const { collector, now, send } = this.#options;
    const cluster = collector.takeClusterState(true, now());
    const nodes = collector.takeNodeStates(true, now());
    if (cluster !== undefined) for (const frame of clusterStateFrames(cluster, maxFrameBytes)) send(frame);
    const names = nodes.map((state) => state.node);
    for (const frame of nodeStatesFrames(nodes, names, maxFrameBytes)) send(frame);
  }

  /** The session is over; the next one is told everything anyway. */
  closed(): void {
    this.#maxFrameBytes = undefined;
  }

  /** Something is there to tell: soon after everything else of this turn, or when five milliseconds are over. */
  soon(): void {
    if (this.#maxFrameBytes === undefined || this.#immediate !== undefined || this.#timer !== undefined) return;
    const waitMs = this.#flushedAt + COALESCE_MS - this.#options.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.#flush(), waitMs);
    else this.#immediate = setImmediate(() => this.#flush());
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #flush(): void {
    this.#cancel();
    if (this.#maxFrameBytes === undefined) return;
    const { collector, now, send } = this.#options;
    this.#flushedAt = now();
    const cluster = collector.takeClusterState(false, now());
    const nodes = collector.takeNodeStates(false, now());
    if (cluster !== undefined) for (const frame of clusterStateFrames(cluster, this.#maxFrameBytes)) send(frame);
    if (nodes.length > 0) for (const frame of nodeStatesFrames(nodes, undefined, this.#maxFrameBytes)) send(frame);
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }
}
