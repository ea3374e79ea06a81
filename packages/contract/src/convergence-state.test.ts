import { describe, expect, test } from "vitest";
import { proxiedOf, stateOfAll, stateOfCluster, summaryOf } from "./convergence-state.ts";

type Applied = Parameters<typeof stateOfCluster>[0]["applied"]["state"];
type Node = Parameters<typeof proxiedOf>[0][number]["state"];

describe("convergence state", () => {
  test.each<readonly [Applied, readonly Node[], string, string]>([
    ["applied", ["proxied", "proxied"], "converged", "converged"],
    ["applied", ["proxied", "pending"], "progressing", "converged"],
    ["applied", ["pending", "unknown"], "unknown", "converged"],
    ["applied", ["unknown", "rejected"], "rejected", "converged"],
    ["pending", ["pending"], "progressing", "progressing"],
    ["rejected", [], "rejected", "rejected"],
    ["unknown", [], "unknown", "unknown"],
    ["applied", [], "unknown", "converged"],
  ])("%s with nodes %j is %s, and %s when only applying is waited for", (applied, nodes, proxied, whenApplied) => {
    const parts = { applied: { state: applied }, proxied: { state: proxiedOf(states(nodes), true) } };
    expect(stateOfCluster(parts, "proxied")).toBe(proxied);
    expect(stateOfCluster(parts, "applied")).toBe(whenApplied);
  });

  test.each<readonly [Applied, string]>([
    ["applied", "converged"],
    ["pending", "progressing"],
    ["rejected", "rejected"],
    ["unknown", "unknown"],
  ])("%s where nodes cannot be observed is %s, whatever was once heard of them", (applied, state) => {
    const proxied = proxiedOf(states(["unknown", "rejected"]), false);
    expect(proxied).toBe("unobservable");
    for (const stage of ["applied", "proxied"] as const) {
      expect(stateOfCluster({ applied: { state: applied }, proxied: { state: proxied } }, stage)).toBe(state);
    }
  });

  test("the worst wins, and nowhere is not a success", () => {
    expect(stateOfAll(["converged", "unknown", "progressing"])).toBe("unknown");
    expect(stateOfAll(["converged", "unknown", "rejected"])).toBe("rejected");
    expect(stateOfAll(["converged", "progressing"])).toBe("progressing");
    expect(stateOfAll(["converged"])).toBe("converged");
    expect(stateOfAll([])).toBe("unplaced");
  });

  const cluster = (name: string, state: "converged" | "unknown", since: string | null, proxied: Node = "proxied") => ({
    name,
    state,
    since,
    proxied: { state: proxied },
  });

  test("the summary counts, and dates the silence", () => {
    const clusters = [
      cluster("a", "unknown", "2026-11-23T09:01:00.000Z"),
      cluster("b", "converged", null),
      cluster("c", "unknown", "2026-11-23T09:00:00.000Z"),
    ];
    expect(summaryOf(clusters, "proxied")).toBe("1 converged, 2 unknown since 2026-11-23T09:00:00.000Z");
    expect(summaryOf([], "proxied")).toBe("no cluster is selected");
  });

  test("the summary says where only applied was waited for, unless nothing else was asked", () => {
    const clusters = ["e", "d", "c", "b"].map((name) => cluster(name, "converged", null, "unobservable"));
    const two = [cluster("a", "converged", null), ...clusters.slice(3)];
    expect(summaryOf(two, "proxied")).toBe(
      "2 converged; waited for applied only in b, where proxied cannot be observed",
    );
    expect(summaryOf(clusters, "proxied")).toMatch(/only in b, c, d and 1 more, where/);
    expect(summaryOf(two, "applied")).toBe("2 converged");
  });
});

function states(nodes: readonly Node[]) {
  return nodes.map((state) => ({ state }));
}
