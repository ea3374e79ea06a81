import type { TopologyEdge } from "./topology.ts";

/**
 * How many pairs of edges between the same two columns cross. Edges are taken in the order of their left ends; each
 * crosses those before it whose right ends are lower, which a Fenwick tree counts in logarithmic time.
 */
export function countCrossings(columns: readonly (readonly string[])[], edges: readonly TopologyEdge[]): number {
  const places = new Map(columns.flatMap((column, i) => column.map((id, row) => [id, { i, row }] as const)));
  const between = new Map<string, { left: number; right: number }[]>();
  for (const { from, to } of edges) {
    const [a, b] = [places.get(from), places.get(to)];
    if (a === undefined || b === undefined || a.i === b.i) continue;
    const [left, right] = a.i < b.i ? [a, b] : [b, a];
    const key = `${left.i} ${right.i}`;
    const list = between.get(key) ?? [];
    list.push({ left: left.row, right: right.row });
    between.set(key, list);
  }
  let crossings = 0;
  for (const [key, pairs] of between) {
    const rows = columns[Number(key.split(" ")[1])]?.length ?? 0;
    const tree = new Array<number>(rows + 1).fill(0);
    for (const [seen, { right }] of pairs.toSorted((a, b) => a.left - b.left || a.right - b.right).entries()) {
      let notLower = 0;
      for (let i = right + 1; i > 0; i -= i & -i) notLower += tree[i] ?? 0;
      crossings += seen - notLower;
      for (let i = right + 1; i <= rows; i += i & -i) tree[i] = (tree[i] ?? 0) + 1;
    }
  }
  return crossings;
}
