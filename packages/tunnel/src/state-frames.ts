import { chunk, exceptionSize } from "./chunk.ts";
import type { ClusterStateFrame, NodeState, NodeStatesFrame } from "./frame.ts";
import { MAX_LIST_ENTRIES } from "./limits.ts";

const KEY_OVERHEAD_BYTES = 8;
const NODE_OVERHEAD_BYTES = 128;

/** A cluster state as frames that each keep the limit; only the first is `complete`, the others add to it. */
export function clusterStateFrames(state: ClusterStateFrame, maxFrameBytes: number): ClusterStateFrame[] {
  return split(state, maxFrameBytes);
}

/** Node states as frames that each keep the limit. With `names`, the report is complete: other nodes are gone. */
export function nodeStatesFrames(
  states: readonly NodeState[],
  names: readonly string[] | undefined,
  maxFrameBytes: number,
): NodeStatesFrame[] {
  const nameBytes = (names ?? []).reduce((sum, name) => sum + Buffer.byteLength(name) + KEY_OVERHEAD_BYTES, 0);
  const parts = states.flatMap((state) => split(state, maxFrameBytes - NODE_OVERHEAD_BYTES));
  const room = nameBytes + KEY_OVERHEAD_BYTES > maxFrameBytes / 2 ? maxFrameBytes : maxFrameBytes - nameBytes;
  const chunks = chunk(parts, nodeStateSize, room, MAX_LIST_ENTRIES);
  return chunks.map((nodes, index) => ({
    type: "nodeStates",
    nodes,
    complete: names !== undefined && index === 0,
    names: index === 0 ? (names ?? []) : [],
  }));
}

function nodeStateSize(state: NodeState): number {
  const exceptions = state.set.reduce((sum, exception) => sum + exceptionSize(exception), 0);
  const keys = state.clear.reduce((sum, key) => sum + Buffer.byteLength(key) + KEY_OVERHEAD_BYTES, 0);
  return NODE_OVERHEAD_BYTES + Buffer.byteLength(state.node) + exceptions + keys;
}

/** Cuts the lists of a state; a part carries exceptions or cleared keys, the first keeps the rest of the meaning. */
function split<T extends Pick<NodeState, "set" | "clear" | "complete">>(state: T, maxFrameBytes: number): T[] {
  const half = Math.floor(maxFrameBytes / 2);
  const sets = chunk(state.set, exceptionSize, half, MAX_LIST_ENTRIES);
  const clears = chunk(state.clear, (key) => Buffer.byteLength(key) + KEY_OVERHEAD_BYTES, half, MAX_LIST_ENTRIES);
  const parts = Math.max(sets.length, clears.length);
  return Array.from({ length: parts }, (_, index) => ({
    ...state,
    set: sets[index] ?? [],
    clear: clears[index] ?? [],
    complete: state.complete && index === 0,
  }));
}
