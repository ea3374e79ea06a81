import { adjacencyOf } from "./adjacency.ts";
import { orderColumns } from "./order-columns.ts";
import { spread } from "./spread.ts";
import { columnOf, type NodeType, type TopologyEdge } from "./topology.ts";

/** What the layout needs of a node. */
export interface Placeable {
  readonly id: string;
  readonly type: NodeType;
}

export interface LayoutOptions {
  /** From the left edge of one column to that of the next. */
  readonly columnWidth: number;
  /** From the top of one node to that of the next below. */
  readonly rowHeight: number;
}

/** Where a node's top left corner is. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Places nodes in columns by type, empty ones left out. Within a column they are ordered so that few edges cross, and
 * stand beside what they are connected with. The same graph gives the same picture, in whatever order it comes; edges
 * to nodes that are not there do not count.
 */
export function placeNodes(
  nodes: readonly Placeable[],
  edges: readonly TopologyEdge[],
  { columnWidth, rowHeight }: LayoutOptions,
): ReadonlyMap<string, Place> {
  // Sorted, so that sums of the same numbers are the same number.
  const sorted = edges.toSorted((a, b) => compare(a.from, b.from) || compare(a.to, b.to));
  const columns = orderColumns(columnsOf(nodes), sorted);
  const { before, after } = adjacencyOf(sorted);
  // The longest column stands evenly; the others follow it outwards to both sides.
  const anchor = columns.reduce((best, column, i) => (column.length > (columns[best]?.length ?? 0) ? i : best), 0);
  const y = new Map((columns[anchor] ?? []).map((id, row) => [id, row * rowHeight]));
  const outwards = [...columns.keys()].toSorted((a, b) => Math.abs(a - anchor) - Math.abs(b - anchor) || a - b);
  for (const i of outwards) {
    if (i === anchor) continue;
    const column = columns[i] ?? [];
    const wanted = column.map((id) => {
      const placed = [...(before.get(id) ?? []), ...(after.get(id) ?? [])].flatMap((other) => y.get(other) ?? []);
      return placed.length === 0 ? undefined : placed.reduce((sum, one) => sum + one, 0) / placed.length;
    });
    for (const [row, top] of spread(wanted, rowHeight).entries()) y.set(column[row] ?? "", top);
  }
  const top = Math.min(...columns.map((column) => y.get(column[0] ?? "") ?? 0));
  return new Map(
    columns.flatMap((column, i) =>
      column.map((id) => [id, { x: i * columnWidth, y: (y.get(id) ?? 0) - top }] as const),
    ),
  );
}

function columnsOf(nodes: readonly Placeable[]): string[][] {
  const columns: string[][] = [];
  for (const { id, type } of nodes) {
    const index = columnOf(type);
    const column = columns[index];
    if (column === undefined) columns[index] = [id];
    else column.push(id);
  }
  return columns.filter((column) => column !== undefined).map((column) => column.toSorted(compare));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
