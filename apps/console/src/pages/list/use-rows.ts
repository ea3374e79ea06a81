import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApi } from "../../api/api-provider.tsx";
import { clustersQuery, intentsQuery, projectsQuery, rollUpQuery } from "../../api/queries.ts";
import type { StatedRow } from "../../domain/filter-rows.ts";
import type { IntentRecord } from "../../domain/intent-record.ts";
import { type IntentRow, rowOf } from "../../domain/intent-row.ts";
import { kindsOfList, type ListName } from "../../domain/kinds.ts";
import { rowStates } from "../../domain/row-state.ts";

/** The rows of a list as far as they are known, and what is still to come or went wrong. */
export interface Rows {
  readonly rows: readonly StatedRow[];
  readonly pending: boolean;
  /** False while more pages are on their way. */
  readonly complete: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Reads a list: its intents page by page, and their states from the roll-up, without a request per row. */
export function useRows(project: string, list: ListName): Rows {
  const client = useApi();
  const kinds = kindsOfList(list);
  const lists = useQueries({
    queries: kinds.map((kind) => intentsQuery(client, project, kind)),
    combine: (results) => ({
      data: results.map(({ data }) => data),
      pending: results.some(({ isPending }) => isPending),
      error: results.find(({ isError }) => isError)?.error ?? null,
      retry: () => {
        for (const result of results) void result.refetch();
      },
    }),
  });
  const { data: rollUp } = useQuery(rollUpQuery(client));
  const { data: clusters } = useQuery(clustersQuery(client));
  const { data: projects } = useQuery(projectsQuery(client));
  const grants = projects?.find(({ id }) => id === project)?.grants;
  const stateOf = useMemo(
    () => (rollUp && clusters && grants ? rowStates({ rollUp, clusters, grants }) : undefined),
    [rollUp, clusters, grants],
  );
  const { data } = lists;
  const rows = useMemo(
    () =>
      kinds.flatMap((kind, index) =>
        (data[index]?.items ?? []).map((intent) => ({
          ...rememberedRow(intent, () => rowOf(intent, kind)),
          state: stateOf?.(intent),
        })),
      ),
    [kinds, data, stateOf],
  );
  const complete = data.every((one) => one?.complete === true);
  return { rows, pending: lists.pending, complete, error: lists.error, retry: lists.retry };
}

// What did not change is not taken apart again: an answer keeps the objects that stayed the same.
const remembered = new WeakMap<IntentRecord, IntentRow>();

function rememberedRow(intent: IntentRecord, make: () => IntentRow): IntentRow {
  const known = remembered.get(intent);
  if (known !== undefined) return known;
  const row = make();
  remembered.set(intent, row);
  return row;
}
