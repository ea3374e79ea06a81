import type { NodeState, StageException } from "@fairlead/tunnel";
import { describe, expect, test } from "vitest";
import { ReportedState } from "./reported-state.ts";

const at = (n: number) => ({ epoch: 1, n });
const exception = (key: string, n: number, more: Partial<StageException> = {}): StageException => ({
  key,
  revision: at(n),
  stage: "applied",
  state: "rejected",
  reason: "invalid",
  field: "",
  message: "no",
  at: 1,
  ...more,
});
const node = (name: string, n: number | undefined, more: Partial<NodeState> = {}): NodeState => ({
  node: name,
  watermark: n === undefined ? undefined : at(n),
  unknownSince: undefined,
  set: [],
  clear: [],
  complete: false,
  removed: false,
  at: 1,
  ...more,
});
const cluster = (n: number, set: StageException[] = [], clear: string[] = [], complete = false) =>
  ({ type: "clusterState", applied: at(n), set, clear, complete, at: 1 }) as const;
const nodes = (states: NodeState[], names?: string[]) =>
  ({ type: "nodeStates", nodes: states, complete: names !== undefined, names: names ?? [] }) as const;

describe("ReportedState", () => {
  test("many reports become one change: the last watermark, all exceptions that still hold", () => {
    const state = new ReportedState(at(0));
    state.sent(at(3));
    state.cluster(cluster(1, [exception("a", 1), exception("b", 1)]));
    state.cluster(cluster(3, [], ["a"]));
    const change = state.take();
    expect(change).toMatchObject({ sent: at(3), applied: at(3) });
    expect(change.rejections?.map((one) => one.key)).toEqual(["b"]);
    expect(state.dirty).toBe(false);
  });

  test("a complete report replaces what was refused before", () => {
    const state = new ReportedState(at(0));
    state.cluster(cluster(0, [exception("a", 1)]));
    state.cluster(cluster(0, [exception("c", 2)], [], true));
    expect(state.take().rejections?.map((one) => one.key)).toEqual(["c"]);
  });

  test("nodes that a complete report does not name are gone, with what they refused", () => {
    const state = new ReportedState(at(5));
    state.nodes(nodes([node("a", 5), node("b", 5, { set: [exception("x", 5)] })]));
    state.nodes(nodes([node("a", 5)], ["a"]));
    const change = state.take();
    expect([...change.nodes.keys()]).toEqual(["a"]);
    expect([...(change.names ?? [])]).toEqual(["a"]);
  });

  test("a silent node is written as unknown", () => {
    const state = new ReportedState(at(5));
    state.nodes(nodes([node("a", undefined, { unknownSince: 7 })]));
    expect(state.take().nodes.get("a")).toEqual({ node: "a", proxied: undefined, exceptions: [] });
  });

  // Guarantee: a database that is away for a while costs time, not reports.
  test("a change that could not be written comes again, below what came since", () => {
    const state = new ReportedState(at(0));
    state.sent(at(1));
    state.cluster(cluster(1));
    state.nodes(nodes([node("a", 1), node("b", 1)]));
    const failed = state.take();
    state.sent(at(2));
    state.nodes(nodes([node("b", 2), node("a", 2, { removed: true })]));
    state.giveBack(failed);
    const change = state.take();
    expect(change).toMatchObject({ sent: at(2), applied: at(1) });
    expect([...change.nodes.entries()].map(([name, one]) => [name, one.proxied?.n])).toEqual([["b", 2]]);
    expect([...change.gone]).toEqual(["a"]);
  });

  test("tombstones are dropped once what carried them was acknowledged, and not asked for again", () => {
    const state = new ReportedState(at(4));
    state.received(at(4));
    expect(state.take().droppable).toBe(true);
    state.tombstones(at(6));
    state.received(at(5));
    expect(state.take().droppable).toBeUndefined();
    state.received(at(6));
    expect(state.take().droppable).toBe(true);
    state.received(at(7));
    expect(state.take().droppable).toBeUndefined();
  });
});
