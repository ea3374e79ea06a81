import type { TopologyEdge } from "./topology.ts";

/** Who leads to whom. */
export interface Adjacency {
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly after: ReadonlyMap<string, readonly string[]>;
}

/** The neighbours of every node. */
export function adjacencyOf(edges: readonly TopologyEdge[]): Adjacency {
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  for (const { from, to } of edges) {
    push(after, from, to);
    push(before, to, from);
  }
  return { before, after };
}

/** These nodes with everything that leads to them and everything they lead to. */
export function pathsThrough(starts: Iterable<string>, { before, after }: Adjacency): Set<string> {
  const from = [...starts];
  const found = reachable(from, before);
  for (const id of reachable(from, after)) found.add(id);
  return found;
}

// A loop with a list of its own: a chain may be as long as the graph.
function reachable(starts: readonly string[], next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set(starts);
  const open = [...starts];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const neighbour of next.get(id) ?? []) {
      if (found.has(neighbour)) continue;
      found.add(neighbour);
      open.push(neighbour);
    }
  }
  return found;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
