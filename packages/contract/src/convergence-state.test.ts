import { describe, expect, test } from "vitest";
import { type ClusterParts, stateOfAll, stateOfCluster, summaryOf } from "./convergence-state.ts";

function parts(
  applied: ClusterParts["applied"]["state"],
  ...nodes: ClusterParts["nodes"][number]["state"][]
): ClusterParts {
  return { applied: { state: applied }, nodes: nodes.map((state) => ({ state })) };
}

describe("convergence state", () => {
  test.each([
    [parts("applied", "proxied", "proxied"), "converged", "converged"],
    [parts("applied", "proxied", "pending"), "progressing", "converged"],
    [parts("applied", "pending", "unknown"), "unknown", "converged"],
    [parts("applied", "unknown", "rejected"), "rejected", "converged"],
    [parts("pending", "pending"), "progressing", "progressing"],
    [parts("rejected"), "rejected", "rejected"],
    [parts("unknown"), "unknown", "unknown"],
    [parts("applied", "unobservable"), "converged", "converged"],
    [parts("applied"), "unknown", "converged"],
  ] as const)("%j is %s, and %s when only applying is waited for", (cluster, proxied, applied) => {
    expect(stateOfCluster(cluster, "proxied")).toBe(proxied);
    expect(stateOfCluster(cluster, "applied")).toBe(applied);
  });

  test("the worst wins, and nowhere is not a success", () => {
    expect(stateOfAll(["converged", "unknown", "progressing"])).toBe("unknown");
    expect(stateOfAll(["converged", "unknown", "rejected"])).toBe("rejected");
    expect(stateOfAll(["converged", "progressing"])).toBe("progressing");
    expect(stateOfAll(["converged"])).toBe("converged");
    expect(stateOfAll([])).toBe("unplaced");
  });

  test("the summary counts, and dates the silence", () => {
    expect(
      summaryOf([
        { state: "unknown", since: "2026-11-23T09:01:00.000Z" },
        { state: "converged", since: null },
        { state: "unknown", since: "2026-11-23T09:00:00.000Z" },
      ]),
    ).toBe("1 converged, 2 unknown since 2026-11-23T09:00:00.000Z");
    expect(summaryOf([])).toBe("no cluster is selected");
  });
});
