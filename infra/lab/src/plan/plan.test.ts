import { describe, expect, test } from "vitest";
import { planText } from "../testing/plan-text.ts";
import { clusterAddresses, LAB_RANGE, MOST_CLUSTERS, MOST_NODES, nodeAddresses, overlap } from "./addresses.ts";
import { type LabOptions, labOptions } from "./lab-options.ts";
import { planLab } from "./lab-plan.ts";

const place = { directory: "/lab", kubernetes: "/kubernetes" };

describe("the plan", () => {
  const cases: readonly [name: string, options: Partial<LabOptions>, indices: readonly number[]][] = [
    ["default", {}, [0]],
    ["two-clusters-bridge", { name: "pair", clusters: 2, nodes: 1, cni: "bridge" }, [0, 3]],
    ["without-kube-proxy", { kubeProxy: false, nodes: 3 }, [15]],
  ];
  test.each(cases)("%s is as reviewed", async (name, options, indices) => {
    const text = planText(planLab(labOptions(options), { ...place, indices }));
    await expect(text).toMatchFileSnapshot(`testdata/${name}.txt`);
  });

  test("a plan needs a number for every cluster", () => {
    expect(() => planLab(labOptions({ clusters: 2 }), { ...place, indices: [1] })).toThrow("2 clusters need as many");
  });

  test("device names fit what the kernel allows, for every cluster and node", () => {
    const options = labOptions({ clusters: MOST_CLUSTERS, nodes: MOST_NODES });
    const plan = planLab(options, { ...place, indices: Array.from({ length: MOST_CLUSTERS }, (_, i) => i) });
    const names = [
      ...plan.clusters.flatMap(({ bridge, nodes }) => [bridge, ...nodes.map(({ hostLink }) => hostLink)]),
      ...plan.outside.legs.map(({ hostLink }) => hostLink),
    ];
    expect(names.filter((name) => name.length > 15)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("addresses", () => {
  const ranges = Array.from({ length: MOST_CLUSTERS }, (_, index) => [
    clusterAddresses(index).segment,
    ...Array.from({ length: MOST_NODES }, (_, node) => nodeAddresses(index, node).podCidr),
  ]).flat();

  test("no two segments or pod ranges share an address, and all are in the labs' range", () => {
    const shared = ranges.filter((range, i) => ranges.some((other, j) => i < j && overlap(range, other)));
    expect(shared).toEqual([]);
    expect(ranges.filter((range) => !overlap(range, LAB_RANGE))).toEqual([]);
  });

  test("a cluster's pod ranges are inside the range that kube-proxy takes for pods", () => {
    for (let index = 0; index < MOST_CLUSTERS; index++) {
      const { podCidr } = clusterAddresses(index);
      for (let node = 0; node < MOST_NODES; node++)
        expect(overlap(nodeAddresses(index, node).podCidr, podCidr)).toBe(true);
    }
  });

  test.each([
    ["10.0.0.0/8", "10.1.2.3", true],
    ["198.18.0.0/15", "198.20.0.0/16", false],
    ["0.0.0.0/0", "203.0.113.9/32", true],
    ["192.0.2.0/25", "192.0.2.128/25", false],
    ["255.255.255.255", "255.255.255.254", false],
  ])("%s and %s share an address: %s", (left, right, shared) => {
    expect(overlap(left, right)).toBe(shared);
    expect(overlap(right, left)).toBe(shared);
  });
});

describe("options", () => {
  test("what cannot be had is named, all at once", () => {
    expect(() => labOptions({ name: "No!", clusters: 0, nodes: 17 })).toThrow(
      'This lab cannot be made: name: "No!" is not a DNS label of at most 20 characters; ' +
        "clusters: 0 is not a whole number from 1 to 16; nodes: 17 is not a whole number from 1 to 16",
    );
  });
});
