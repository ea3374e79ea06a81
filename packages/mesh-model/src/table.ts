import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { Group, Layer } from "./graph/cell.ts";
import type { Graph } from "./graph/graph.ts";
import type { HostTable } from "./model.ts";
import { compareRanks, type RankedRoute } from "./precedence.ts";

/** What one object brings to a table. */
export interface TablePart {
  readonly chain: string;
  readonly host: string;
  readonly object: ObjectKey;
  /** The part only makes the table exist; it is named as a source when there is no other. */
  readonly fallback?: boolean;
  readonly routes: readonly RankedRoute[];
}

/** Adds the tables to a graph: one per chain and host that some part exists for. */
export function addTables(graph: Graph, parts: Group<TablePart>, rank: number): Layer<HostTable> {
  return graph.derive<ReadonlyMap<string, TablePart>, HostTable>({
    name: "table",
    rank,
    from: parts,
    compute: (name, members) => {
      const [first, ...rest] = members.values();
      if (first === undefined) return undefined;
      const all = [first, ...rest];
      const substantial = all.filter(({ fallback }) => fallback !== true);
      return {
        name,
        chain: first.chain,
        host: first.host,
        routes: all
          .flatMap(({ routes }) => routes)
          .sort(compareRanks)
          .map(({ route }) => route),
        sources: [...new Set((substantial.length > 0 ? substantial : all).map(({ object }) => object))].sort(),
      };
    },
  });
}
