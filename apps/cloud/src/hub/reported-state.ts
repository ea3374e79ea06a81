import { compareRevisions, formatRevision, type Revision } from "@fairlead/core";
import type { ObjectProblem } from "@fairlead/database";
import type {
  ClusterStateFrame,
  DataPlane,
  HelloFrame,
  NodeState,
  NodeStatesFrame,
  StageException,
} from "@fairlead/tunnel";
import { BatchBoundaries } from "./batch-boundaries.ts";

/** What is to be written of a node. */
export interface NodeReport {
  readonly node: string;
  /** Undefined: nothing is known of it. */
  readonly proxied: Revision | undefined;
  readonly exceptions: readonly ObjectProblem[];
}

/** What is to be written of a cluster; absent parts have not changed. */
export interface StateChange {
  sent?: Revision;
  received?: Revision;
  applied?: Revision;
  connectorVersion?: string;
  /** Comes with the version, where the connector says it. */
  dataPlane?: DataPlane;
  rejections?: readonly ObjectProblem[];
  /** Tombstones may have been sent that the connector has acknowledged by now. */
  droppable?: boolean;
  readonly nodes: Map<string, NodeReport>;
  readonly gone: Set<string>;
  /** Every node of the cluster: any other is gone. Absent when that was not said. */
  names?: ReadonlySet<string>;
}

/**
 * Puts a connector's reports together: what came since the last {@link take} becomes one change, however many
 * frames it was. Pure: no clock, no database.
 */
export class ReportedState {
  readonly #boundaries: BatchBoundaries;
  readonly #rejections = new Map<string, StageException>();
  readonly #exceptions = new Map<string, Map<string, StageException>>();
  #change: StateChange = fresh();
  #dirty = false;
  /** Up to where tombstones were sent and not yet acknowledged. Those of earlier sessions count from the start. */
  #tombstones: Revision | undefined;

  constructor(holds: Revision) {
    this.#boundaries = new BatchBoundaries(holds);
    this.#tombstones = holds;
  }

  /** Whether {@link take} has something to give. */
  get dirty(): boolean {
    return this.#dirty;
  }

  /** The connector has said what version it is and what serves in its cluster. */
  connector({ connectorVersion, dataPlane }: Pick<HelloFrame, "connectorVersion" | "dataPlane">): void {
    this.#change.connectorVersion = connectorVersion;
    if (dataPlane !== undefined) this.#change.dataPlane = dataPlane;
    this.#dirty = true;
  }

  /** A batch was handed to the socket. */
  sent(through: Revision): void {
    this.#boundaries.sent(through);
    this.#change.sent = through;
    this.#dirty = true;
  }

  /** Tombstones up to here are on their way. */
  tombstones(through: Revision): void {
    this.#tombstones = through;
  }

  /** The connector has it on disk. */
  received(through: Revision): void {
    this.#change.received = through;
    if (this.#tombstones !== undefined && compareRevisions(through, this.#tombstones) >= 0) {
      this.#change.droppable = true;
      this.#tombstones = undefined;
    }
    this.#dirty = true;
  }

  /** The connector says how far the API server is. */
  cluster(frame: ClusterStateFrame): void {
    merge(this.#rejections, frame);
    this.#change.rejections = problems(this.#rejections);
    this.#change.applied = this.#boundaries.floor(frame.applied);
    this.#dirty = true;
  }

  /** An object that could not be sent at all counts as refused. */
  unsendable(exception: StageException): void {
    this.#rejections.set(exception.key, exception);
    this.#change.rejections = problems(this.#rejections);
    this.#dirty = true;
  }

  /** The connector says how far nodes are. */
  nodes(frame: NodeStatesFrame): void {
    if (frame.complete) {
      const names = new Set(frame.names);
      for (const node of this.#exceptions.keys()) if (!names.has(node)) this.#exceptions.delete(node);
      for (const node of this.#change.nodes.keys()) if (!names.has(node)) this.#change.nodes.delete(node);
      this.#change.names = names;
    }
    for (const state of frame.nodes) this.#node(state);
    this.#dirty = true;
  }

  /** What is to be written since the last call. */
  take(): StateChange {
    const change = this.#change;
    this.#change = fresh();
    this.#dirty = false;
    return change;
  }

  /** The write of `change` failed: it is taken up again, below what came since. */
  giveBack(change: StateChange): void {
    const newer = this.#change;
    const nodes = new Map([...change.nodes, ...newer.nodes]);
    for (const node of nodes.keys()) {
      const left = newer.gone.has(node) || (newer.names !== undefined && !newer.names.has(node));
      if (left) nodes.delete(node);
    }
    const gone = new Set([...change.gone, ...newer.gone]);
    for (const node of nodes.keys()) gone.delete(node);
    this.#change = { ...change, ...newer, nodes, gone };
    this.#dirty = true;
  }

  #node(state: NodeState): void {
    const { node } = state;
    if (state.removed) {
      this.#exceptions.delete(node);
      this.#change.nodes.delete(node);
      this.#change.gone.add(node);
      return;
    }
    const exceptions = this.#exceptions.get(node) ?? new Map<string, StageException>();
    this.#exceptions.set(node, exceptions);
    merge(exceptions, state);
    const proxied = state.watermark === undefined ? undefined : this.#boundaries.floor(state.watermark);
    this.#change.gone.delete(node);
    this.#change.nodes.set(node, { node, proxied, exceptions: problems(exceptions) });
  }
}

function fresh(): StateChange {
  return { nodes: new Map(), gone: new Set() };
}

function merge(
  into: Map<string, StageException>,
  frame: { readonly complete: boolean; readonly set: readonly StageException[]; readonly clear: readonly string[] },
): void {
  if (frame.complete) into.clear();
  for (const key of frame.clear) into.delete(key);
  for (const exception of frame.set) {
    const known = into.get(exception.key);
    if (known === undefined || compareRevisions(known.revision, exception.revision) <= 0)
      into.set(exception.key, exception);
  }
}

function problems(from: ReadonlyMap<string, StageException>): ObjectProblem[] {
  return [...from.values()].map(({ key, revision, stage, state, reason, field, message, at }) => ({
    key,
    revision: formatRevision(revision),
    stage,
    state,
    reason,
    message,
    at,
    ...(field === "" ? {} : { field }),
  }));
}
