import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { Family, Group, Layer } from "./graph/cell.ts";
import type { Graph } from "./graph/graph.ts";
import type { HostTable } from "./model.ts";
import { compareRanks, type RankedRoute } from "./precedence.ts";
import type { KindConflicts } from "./route/kind-conflicts.ts";

/** What one object brings to a table. */
export interface TablePart {
  readonly chain: string;
  readonly host: string;
  readonly object: ObjectKey;
  /** The Gateway listener it is attached to, as `<namespace>/<gateway>/<listener>`. */
  readonly listener?: string;
  /** As {@link HostTable.oneLabel}; the parts of a chain agree, Gateways and Ingresses share none. */
  readonly oneLabel?: true;
  /** The part only makes the table exist; it is named as a source when there is no other. */
  readonly fallback?: boolean;
  readonly routes: readonly RankedRoute[];
}

/** Adds the tables to a graph: one per chain and host that some part exists for. */
export function addTables(
  graph: Graph,
  parts: Group<TablePart>,
  conflicts: Family<KindConflicts>,
  rank: number,
): Layer<HostTable> {
  return graph.derive<ReadonlyMap<string, TablePart>, HostTable>({
    name: "table",
    rank,
    from: parts,
    compute: (name, members, scope) => {
      const [first, ...rest] = [...members.values()].filter(
        ({ listener, object }) => listener === undefined || scope.read(conflicts, listener)?.[object] === undefined,
      );
      if (first === undefined) return undefined;
      const all = [first, ...rest];
      const substantial = all.filter(({ fallback }) => fallback !== true);
      return {
        name,
        chain: first.chain,
        host: first.host,
        ...(first.oneLabel && { oneLabel: first.oneLabel }),
        routes: all
          .flatMap(({ routes }) => routes)
          .sort(compareRanks)
          .map(({ route }) => route),
        sources: [...new Set((substantial.length > 0 ? substantial : all).map(({ object }) => object))].sort(),
      };
    },
  });
}
