import { adjacencyOf } from "./adjacency.ts";
import { countCrossings } from "./count-crossings.ts";
import type { TopologyEdge } from "./topology.ts";

/** Sweeps over all columns; more rarely find anything better. */
const SWEEPS = 6;

/**
 * Orders the nodes of each column so that few edges cross: each goes to the mean place (the barycentre) of its
 * neighbours, column by column, to and fro. The best order met is kept, so it is never worse than the one given.
 * Source: Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981.
 */
export function orderColumns(given: readonly (readonly string[])[], edges: readonly TopologyEdge[]): string[][] {
  const columnOf = new Map(given.flatMap((column, i) => column.map((id) => [id, i] as const)));
  const { before, after } = adjacencyOf(
    edges.flatMap((edge) => {
      const [a, b] = [columnOf.get(edge.from), columnOf.get(edge.to)];
      if (a === undefined || b === undefined || a === b) return [];
      return [a < b ? edge : { ...edge, from: edge.to, to: edge.from }];
    }),
  );
  let columns = given.map((column) => [...column]);
  let best = columns;
  let fewest = countCrossings(columns, edges);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forth = sweep % 2 === 0;
    columns = reorder(columns, forth ? before : after, forth);
    const crossings = countCrossings(columns, edges);
    if (crossings < fewest) [best, fewest] = [columns, crossings];
  }
  return best;
}

function reorder(
  columns: readonly (readonly string[])[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  forth: boolean,
): string[][] {
  const result = columns.map((column) => [...column]);
  // Places are shares of a column's length, so that columns of different lengths compare.
  const place = new Map<string, number>();
  const note = (column: readonly string[]) => {
    for (const [row, id] of column.entries()) place.set(id, (row + 0.5) / column.length);
  };
  for (const column of result) note(column);
  const order = forth ? [...result.keys()] : [...result.keys()].toReversed();
  for (const i of order) {
    const wanted = (id: string) => {
      const beside = neighbours.get(id) ?? [];
      if (beside.length === 0) return place.get(id) ?? 0;
      return beside.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / beside.length;
    };
    const keyed = (result[i] ?? []).map((id, row) => ({ id, row, at: wanted(id) }));
    // Equal ones keep their order: without it the picture would jump.
    const column = keyed.toSorted((a, b) => a.at - b.at || a.row - b.row).map(({ id }) => id);
    result[i] = column;
    note(column);
  }
  return result;
}
