import { describe, expect, test } from "vitest";
import type { NodeState, StageException } from "./frame.ts";
import { encodeFrame } from "./frame-encode.ts";
import { clusterStateFrames, nodeStatesFrames } from "./state-frames.ts";

const revision = { epoch: 1, n: 5 };
const MAX = 4_096;

function exceptions(count: number): StageException[] {
  return Array.from({ length: count }, (_, n) => ({
    key: `g/K/ns/${n}`,
    revision,
    stage: "proxied",
    state: "rejected",
    reason: "r",
    field: "f",
    message: "x".repeat(200),
    at: 1,
  }));
}

function nodeState(node: string, set: readonly StageException[]): NodeState {
  return { node, watermark: revision, unknownSince: undefined, set, clear: [], complete: true, removed: false, at: 1 };
}

describe("states as frames", () => {
  test("a cluster state keeps the limit and replaces what was said with its first frame alone", () => {
    const clear = Array.from({ length: 500 }, (_, n) => `g/K/ns/gone-${n}`);
    const state = {
      type: "clusterState",
      applied: revision,
      set: exceptions(50),
      clear,
      complete: true,
      at: 1,
    } as const;
    const frames = clusterStateFrames(state, MAX);
    for (const frame of frames) expect(encodeFrame(frame).length).toBeLessThanOrEqual(MAX);
    expect(frames.flatMap((frame) => frame.set)).toEqual(state.set);
    expect(frames.flatMap((frame) => frame.clear)).toEqual(clear);
    expect(frames.map((frame) => frame.complete)).toEqual(frames.map((_, index) => index === 0));
  });

  test("node states keep the limit, however many exceptions one node has", () => {
    const states = [nodeState("n1", exceptions(60)), nodeState("n2", []), nodeState("n3", exceptions(3))];
    const frames = nodeStatesFrames(states, ["n1", "n2", "n3"], MAX);
    for (const frame of frames) expect(encodeFrame(frame).length).toBeLessThanOrEqual(MAX);
    expect(frames.flatMap((frame) => frame.nodes).flatMap((state) => state.set)).toHaveLength(63);
    expect(frames.map((frame) => frame.names.length)).toEqual(frames.map((_, index) => (index === 0 ? 3 : 0)));
    const first = frames.flatMap((frame) => frame.nodes).filter((state) => state.node === "n1");
    expect(first.map((state) => state.complete)).toEqual(first.map((_, index) => index === 0));
  });
});
