import { adjacencyOf } from "./adjacency.ts";
import type { TopologyView, ViewNode } from "./view-topology.ts";

/** A line of the topology as a list: a node below one that leads to it. */
export interface TopologyRow {
  /** Of the line; a node that several lead to has several lines. */
  readonly key: string;
  readonly node: ViewNode;
  /** How deep it hangs; 0 for where requests come in. */
  readonly depth: number;
  /** The share of its parent's requests. */
  readonly weight: number | null;
}

/**
 * The view as lines, each node below every one that leads to it: what the picture shows, for reading. Gives at most
 * `limit` lines, and whether there are more.
 */
export function topologyRows(
  { nodes, edges }: Pick<TopologyView, "nodes" | "edges">,
  limit: number,
): { readonly rows: readonly TopologyRow[]; readonly more: boolean } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const { before, after } = adjacencyOf(edges);
  const weights = new Map(edges.map(({ from, to, weight }) => [`${from} ${to}`, weight]));
  const rows: TopologyRow[] = [];
  const open: TopologyRow[] = nodes
    .filter(({ id }) => !before.has(id))
    .map((node) => ({ key: node.id, node, depth: 0, weight: null }))
    .toReversed();
  for (let row = open.pop(); row !== undefined && rows.length <= limit; row = open.pop()) {
    rows.push(row);
    const { node, key, depth } = row;
    for (const id of (after.get(node.id) ?? []).toReversed()) {
      const child = byId.get(id);
      // Deeper than there are columns would be a circle, which no topology has.
      if (child === undefined || depth > 8) continue;
      const weight = weights.get(`${node.id} ${id}`) ?? null;
      open.push({ key: `${key}  ${id}`, node: child, depth: depth + 1, weight });
    }
  }
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}
