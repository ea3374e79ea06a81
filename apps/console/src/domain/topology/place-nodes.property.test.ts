import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countCrossings } from "./count-crossings.ts";
import { orderColumns } from "./order-columns.ts";
import { type Place, placeNodes } from "./place-nodes.ts";
import { sampleEdge, sampleNode, sampleTopology } from "./sample-topology.ts";
import { spread } from "./spread.ts";
import { columnOf, NODE_TYPES, type TopologyEdge, type TopologyNode } from "./topology.ts";

const options = { columnWidth: 260, rowHeight: 72 };

const graphs = fc
  .record({
    nodes: fc.uniqueArray(fc.record({ type: fc.constantFrom(...NODE_TYPES), name: fc.nat({ max: 30 }) }), {
      selector: ({ type, name }) => `${type} ${name}`,
      maxLength: 40,
    }),
    pairs: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 80 }),
  })
  .map(({ nodes: given, pairs }) => {
    const nodes = given.map(({ type, name }) => sampleNode(type, `${name}`));
    const at = (i: number) => nodes[i % Math.max(1, nodes.length)]?.id ?? "nobody";
    const edges = pairs.map(([a, b]) => sampleEdge(at(a), at(b)));
    return { nodes, edges: [...edges, sampleEdge("nobody", "nowhere")] };
  });

const columnsAt = (nodes: readonly TopologyNode[], places: ReadonlyMap<string, Place>) =>
  Map.groupBy(nodes, ({ id }) => places.get(id)?.x);

describe("placeNodes", () => {
  test("every node has one place, in the column of its type, and none overlaps another", () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const places = placeNodes(nodes, edges, options);
        expect([...places.keys()].toSorted()).toEqual(nodes.map(({ id }) => id).toSorted());
        for (const column of columnsAt(nodes, places).values()) {
          expect(new Set(column.map(({ type }) => columnOf(type))).size).toBe(1);
          const tops = column.map(({ id }) => places.get(id)?.y ?? Number.NaN).toSorted((a, b) => a - b);
          for (const [i, top] of tops.entries()) {
            expect(top).toBeGreaterThanOrEqual(-1e-6);
            if (i > 0) expect(top - (tops[i - 1] ?? 0)).toBeGreaterThanOrEqual(options.rowHeight - 1e-6);
          }
        }
      }),
    );
  });

  test("columns stand in the order requests take, without gaps", () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const places = placeNodes(nodes, edges, options);
        const xs = [...new Set([...places.values()].map(({ x }) => x))].toSorted((a, b) => a - b);
        expect(xs).toEqual(xs.map((_, i) => i * options.columnWidth));
        for (const a of nodes) {
          for (const b of nodes) {
            const [left, right] = [places.get(a.id)?.x ?? 0, places.get(b.id)?.x ?? 0];
            if (columnOf(a.type) < columnOf(b.type)) expect(left).toBeLessThan(right);
          }
        }
      }),
    );
  });

  test("the same graph gives the same picture, in whatever order it comes", () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), ({ nodes, edges }, random) => {
        const shuffle = <T>(items: readonly T[]) =>
          items
            .map((item) => ({ item, at: random.next().value }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const [one, other] = [placeNodes(nodes, edges, options), placeNodes(shuffle(nodes), shuffle(edges), options)];
        for (const [id, place] of one) expect(other.get(id)).toEqual(place);
      }),
    );
  });

  test("a chain is a straight line", () => {
    const nodes = NODE_TYPES.map((type) => sampleNode(type, "a")).filter(({ type }) => type !== "ingress");
    const edges = nodes.slice(1).map(({ id }, i) => sampleEdge(nodes[i]?.id ?? "", id));
    expect(new Set([...placeNodes(nodes, edges, options).values()].map(({ y }) => y))).toEqual(new Set([0]));
  });

  test("5,000 nodes are placed", () => {
    const { nodes, edges } = sampleTopology(1250);
    expect(placeNodes(nodes, edges, options).size).toBe(5002);
  });
});

describe("orderColumns", () => {
  test("never has more crossings than the order it was given", () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const columns = [0, 1, 2, 3, 4].map((i) =>
          nodes.filter(({ type }) => columnOf(type) === i).map(({ id }) => id),
        );
        expect(countCrossings(orderColumns(columns, edges), edges)).toBeLessThanOrEqual(countCrossings(columns, edges));
      }),
    );
  });

  test("untangles what can be untangled", () => {
    const edges = ["a", "b", "c", "d"].map((name, i) => sampleEdge(`route/${name}`, `service/${3 - i}`));
    const columns = [
      ["route/a", "route/b", "route/c", "route/d"],
      ["service/0", "service/1", "service/2", "service/3"],
    ];
    expect(countCrossings(columns, edges)).toBe(6);
    expect(countCrossings(orderColumns(columns, edges), edges)).toBe(0);
  });
});

test("countCrossings counts what comparing every pair counts", () => {
  fc.assert(
    fc.property(graphs, ({ nodes, edges }) => {
      const columns = [0, 1, 2, 3, 4].map((i) => nodes.filter(({ type }) => columnOf(type) === i).map(({ id }) => id));
      expect(countCrossings(columns, edges)).toBe(countByPairs(columns, edges));
    }),
  );
});

function countByPairs(columns: readonly (readonly string[])[], edges: readonly TopologyEdge[]): number {
  const places = new Map(columns.flatMap((column, i) => column.map((id, row) => [id, { i, row }] as const)));
  const lines = edges.flatMap(({ from, to }) => {
    const [a, b] = [places.get(from), places.get(to)];
    return a === undefined || b === undefined || a.i === b.i ? [] : [a.i < b.i ? { a, b } : { a: b, b: a }];
  });
  let count = 0;
  for (const [i, one] of lines.entries()) {
    for (const other of lines.slice(i + 1)) {
      const same = one.a.i === other.a.i && one.b.i === other.b.i;
      if (same && (one.a.row - other.a.row) * (one.b.row - other.b.row) < 0) count++;
    }
  }
  return count;
}

describe("spread", () => {
  test("keeps order and distance, and moves nothing that has room", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: undefined })), (wanted) => {
        const placed = spread(wanted, 10);
        expect(placed).toHaveLength(wanted.length);
        for (const [i, at] of placed.entries()) {
          if (i > 0) expect(at - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(10 - 1e-6);
        }
      }),
    );
    expect(spread([0, 50, 100], 10)).toEqual([0, 50, 100]);
  });

  test("what wants the same place is centred on it", () => expect(spread([0, 0, 0], 10)).toEqual([-10, 0, 10]));
});
