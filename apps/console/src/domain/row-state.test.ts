import { describe, expect, test } from "vitest";
import { sampleRoute } from "../testing/sample-intents.ts";
import { cluster, exception, node, rollUpOf } from "../testing/sample-roll-up.ts";
import { rowStates, type StateSources } from "./row-state.ts";

const everywhere = [{ clusterSelector: {}, namespaces: ["*"] }];
const state = (parts: Parameters<typeof rollUpOf>[0], sources: Partial<StateSources> = {}, intent = sampleRoute()) =>
  rowStates({ rollUp: rollUpOf(parts), clusters: [cluster()], grants: everywhere, ...sources })(intent);

describe("in one cluster", () => {
  test("covered by every watermark: converged", () => {
    expect(state({ applied: "1.10", nodes: [node("1.11"), node("1.10")] })).toBe("converged");
  });

  test("a node behind: progressing", () => {
    expect(state({ applied: "1.10", nodes: [node("1.10"), node("1.9")] })).toBe("progressing");
    expect(state({ applied: "1.10", nodes: [node(null)] })).toBe("progressing");
  });

  test("revisions are numbers, not texts: 1.9 is before 1.10, and an epoch outweighs every count", () => {
    expect(state({ applied: "1.9", nodes: [node("1.9")] })).toBe("progressing");
    expect(state({ applied: "2.1", nodes: [node("2.1")] })).toBe("converged");
  });

  test("refused somewhere wins over silence elsewhere", () => {
    const nodes = [node("1.11", { exceptions: [exception("rejected")] }), node("1.11", { state: "unknown" })];
    expect(state({ applied: "1.11", nodes })).toBe("rejected");
  });

  test("a silent node is unknown, however good the last word was", () => {
    expect(state({ applied: "1.11", nodes: [node("1.11"), node("1.11", { state: "unknown" })] })).toBe("unknown");
  });

  test("an exception of another intent is not this one's", () => {
    const nodes = [node("1.11", { exceptions: [exception("rejected", "rt_other")] })];
    expect(state({ applied: "1.11", nodes })).toBe("converged");
  });

  test("an exception still pending: progressing, though the watermark is past it", () => {
    expect(state({ applied: "1.11", nodes: [node("1.11", { exceptions: [exception("pending")] })] })).toBe(
      "progressing",
    );
  });

  test("no node at all: unknown, for nobody serves it", () => {
    expect(state({ applied: "1.11", nodes: [] })).toBe("unknown");
  });

  test("nodes that cannot be observed: the API server's word counts", () => {
    expect(state({ applied: "1.11", nodes: [], isObservable: false })).toBe("converged");
    expect(state({ applied: "1.9", nodes: [], isObservable: false })).toBe("progressing");
  });
});

describe("placement", () => {
  const good = { applied: "1.11", nodes: [node("1.11")] };

  test("labels that no cluster has: unplaced", () => {
    const placement = { clusterSelector: { matchLabels: { env: "prod" } } };
    expect(state(good, {}, sampleRoute({ placement }))).toBe("unplaced");
    expect(state(good, { clusters: [cluster({ env: "prod" })] }, sampleRoute({ placement }))).toBe("converged");
  });

  test("a namespace that is not granted: unplaced", () => {
    expect(state(good, { grants: [{ clusterSelector: {}, namespaces: ["other"] }] })).toBe("unplaced");
    expect(state(good, { grants: [{ clusterSelector: {}, namespaces: ["shop"] }] })).toBe("converged");
  });
});
