import { newId } from "@fairlead/contract";
import { describe, expect, test } from "vitest";
import { planText } from "./plan-text.ts";
import { table } from "./table.ts";
import { age, parseDuration } from "./time.ts";

describe("tables", () => {
  test("columns are aligned, empty cells are dashes, lines end without blanks", () => {
    expect(
      table(
        ["NAME", "HOSTS", "ID"],
        [
          ["a", "", "1"],
          ["longer", "é.example.com", ""],
        ],
      ),
    ).toBe(["NAME    HOSTS          ID", "a       -              1", "longer  é.example.com  -"].join("\n"));
  });
});

describe("times", () => {
  test.each([
    [0, "0s"],
    [119_000, "119s"],
    [120_000, "2m"],
    [7_199_000, "119m"],
    [7_200_000, "2h"],
    [172_800_000, "2d"],
  ])("%i ms ago is %s", (ms, text) =>
    expect(age(new Date(1_000_000_000_000 - ms).toISOString(), 1_000_000_000_000)).toBe(text),
  );

  test.each([
    ["500ms", 500],
    ["30", 30_000],
    ["1.5m", 90_000],
    ["2h", 7_200_000],
    ["30d", 2_592_000_000],
    ["soon", undefined],
    ["-1s", undefined],
    ["", undefined],
  ])("%j is %s ms", (text, ms) => expect(parseDuration(text)).toBe(ms));
});

describe("plans", () => {
  const at = (name: string) => ({ cluster: newId("clu"), name });

  test("clusters with the same change are named together, every field shows both sides", () => {
    const diff = [
      { field: "spec.rules[0].backendRefs[0].weight", before: 90, after: 50 },
      { field: "metadata.labels.team", after: "a" },
      { field: "spec.hostnames", before: ["a.example.com"] },
    ];
    const update = { change: "update", before: {}, after: {}, diff } as const;
    const gone = { change: "delete", before: {}, after: null, diff: [] } as const;
    const plan = {
      dryRun: true,
      change: "update",
      clusters: [
        { ...at("a"), ...update },
        { ...at("b"), ...update },
        { ...at("c"), ...gone },
      ],
      warnings: [],
    } as const;
    expect(
      planText("httproute/reviews", {
        ...plan,
        clusters: [...plan.clusters].map((one) => ({ ...one, diff: [...one.diff] })),
        warnings: [],
      }),
    ).toBe(
      [
        "httproute/reviews: update",
        "  in a, b: update",
        "    ~ spec.rules[0].backendRefs[0].weight: 90 → 50",
        "    + metadata.labels.team: a",
        '    - spec.hostnames: ["a.example.com"]',
        "  in c: delete",
      ].join("\n"),
    );
  });

  test("what lands nowhere says so", () => {
    expect(planText("gateway/web", { dryRun: true, change: "create", clusters: [], warnings: [] })).toBe(
      "gateway/web: create\n  placed in no cluster",
    );
  });
});
