import { describe, expect, test } from "vitest";
import { sampleEdge, sampleNode, sampleTopology } from "./sample-topology.ts";
import type { Topology } from "./topology.ts";
import { topologyRows } from "./topology-rows.ts";
import { type TopologyQuery, viewTopology } from "./view-topology.ts";

const everything: TopologyQuery = { text: "", problemsOnly: false, focus: undefined, limit: 60 };
const idsOf = (topology: Topology, query: Partial<TopologyQuery> = {}) =>
  viewTopology(topology, { ...everything, ...query }).nodes.map(({ id }) => id);

/** Two routes of one listener that share a service; one of the service's three endpoints is not ready. */
const shop: Topology = {
  nodes: [
    sampleNode("gateway", "gw"),
    sampleNode("listener", "http"),
    sampleNode("route", "cart"),
    sampleNode("route", "pay", "error"),
    sampleNode("service", "cart"),
    sampleNode("service", "bank"),
    sampleNode("endpoint", "cart-1"),
    sampleNode("endpoint", "cart-2", "warning"),
    sampleNode("endpoint", "cart-3"),
    sampleNode("endpoint", "bank-1"),
  ],
  edges: [
    sampleEdge("gateway/gw", "listener/http"),
    sampleEdge("listener/http", "route/cart"),
    sampleEdge("listener/http", "route/pay"),
    sampleEdge("route/cart", "service/cart", 90),
    sampleEdge("route/pay", "service/cart", 10),
    sampleEdge("route/pay", "service/bank", 90),
    sampleEdge("service/cart", "endpoint/cart-1"),
    sampleEdge("service/cart", "endpoint/cart-2"),
    sampleEdge("service/cart", "endpoint/cart-3"),
    sampleEdge("service/bank", "endpoint/bank-1"),
  ],
};

describe("viewTopology", () => {
  test("a service's endpoints are one node with the worst state and how many are ready; a single one is itself", () => {
    const { nodes, edges } = viewTopology(shop, everything);
    expect(nodes.find(({ id }) => id === "endpoints service/cart")).toMatchObject({
      type: "endpoint",
      shows: "endpoints",
      count: 3,
      state: "warning",
      label: "3 endpoints",
      detail: "2 of 3 ready",
    });
    expect(nodes.map(({ id }) => id)).toContain("endpoint/bank-1");
    expect(edges).toContainEqual(sampleEdge("service/cart", "endpoints service/cart"));
  });

  test("a filter keeps what matches with the whole way of its requests", () => {
    expect(idsOf(shop, { text: "bank" }).toSorted()).toEqual([
      "endpoint/bank-1",
      "gateway/gw",
      "listener/http",
      "route/pay",
      "service/bank",
    ]);
    expect(idsOf(shop, { text: "HTTPRoute cart" })).not.toContain("route/pay");
    expect(viewTopology(shop, { ...everything, text: "httproute" }).matching).toBe(2);
    expect(idsOf(shop, { text: "nothing of the kind" })).toEqual([]);
  });

  test("only problems, and what they hang on", () => {
    expect(idsOf(shop, { problemsOnly: true })).toEqual(expect.arrayContaining(["route/pay", "gateway/gw"]));
    const well: Topology = { nodes: [sampleNode("gateway", "gw")], edges: [] };
    expect(idsOf(well, { problemsOnly: true })).toEqual([]);
  });

  test("in focus: what leads to a node and what it leads to, with its endpoints one by one", () => {
    const ids = idsOf(shop, { focus: "service/cart" });
    expect(ids).toEqual(expect.arrayContaining(["route/cart", "route/pay", "endpoint/cart-1", "endpoint/cart-3"]));
    expect(ids).not.toContain("service/bank");
  });

  test("a focus that is not there any more focuses nothing", () => {
    expect(idsOf(shop, { focus: "route/gone" })).toEqual(idsOf(shop));
  });

  test("what does not fit a column becomes one node, with problems shown first and nothing lost", () => {
    const many = sampleTopology(5000);
    const nodes = many.nodes.map((node) => (node.id === "route/r4999" ? { ...node, state: "error" as const } : node));
    const view = viewTopology({ ...many, nodes }, { ...everything, limit: 50 });
    const routes = view.nodes.filter(({ type }) => type === "route");
    expect(routes).toHaveLength(51);
    expect(routes[0]?.id).toBe("route/r4999");
    expect(routes.at(-1)).toMatchObject({ shows: "more", count: 4950, label: "4950 more routes" });
    expect(view.edges).toContainEqual(sampleEdge("listener/http", routes.at(-1)?.id ?? ""));
    expect(view.nodes.length).toBeLessThan(220);
    expect(view.nodes.reduce((sum, { type, count }) => sum + (type === "route" ? count : 0), 0)).toBe(5000);
    expect(view.total).toBe(nodes.length);
  });

  test("no edge of a view leads to what it does not show", () => {
    for (const query of [{}, { text: "r00" }, { focus: "service/r0001" }, { limit: 3 }]) {
      const { nodes, edges } = viewTopology(sampleTopology(100), { ...everything, ...query });
      const ids = new Set(nodes.map(({ id }) => id));
      expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
    }
  });
});

describe("topologyRows", () => {
  test("each node stands below every one that leads to it, with its share", () => {
    const { rows, more } = topologyRows(viewTopology(shop, everything), 100);
    expect(more).toBe(false);
    expect(
      rows.map(({ depth, node, weight }) => `${"  ".repeat(depth)}${node.label}${weight === null ? "" : ` ${weight}`}`),
    ).toEqual([
      "gw",
      "  http",
      "    cart",
      "      cart 90",
      "        3 endpoints",
      "    pay",
      "      cart 10",
      "        3 endpoints",
      "      bank 90",
      "        bank-1",
    ]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  test("no more lines than asked for, and it says that there are more", () => {
    const { rows, more } = topologyRows(viewTopology(sampleTopology(60), everything), 20);
    expect([rows.length, more]).toEqual([20, true]);
  });
});
