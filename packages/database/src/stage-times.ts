import { type ClusterId, idFromUuid } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { sql } from "drizzle-orm";
import type { Stage } from "./state.ts";
import { rows, type TenantTransaction } from "./transaction.ts";
import { uuidArray } from "./values.ts";

/** When a stage was reached: by the organization (`stored`), a cluster, or a node (`proxied`). */
export interface StageTime {
  readonly cluster: ClusterId | undefined;
  readonly node: string | undefined;
  readonly stage: Stage;
  readonly at: Date;
}

/** When these clusters and their nodes first reached a revision. A stage that was not reached has no entry. */
export async function stageTimes(
  tx: TenantTransaction,
  input: { readonly clusters: readonly ClusterId[]; readonly revision: Revision },
): Promise<readonly StageTime[]> {
  const { epoch, n } = input.revision;
  const ids = uuidArray(input.clusters);
  const found = await rows<{ cluster_id: string | null; node: string | null; stage: Stage; at: string }>(
    tx,
    sql`
    select null::uuid as cluster_id, null as node, 'stored' as stage, at from revisions
      where epoch = ${epoch}::integer and n = ${n}::bigint
    union all
    select s.cluster_id, nullif(s.node, ''), s.stage, w.at from (
      select cluster_id, '' as node, stage from unnest(${ids}) as cluster_id, (values ('sent'), ('received'), ('applied')) as stages (stage)
      union all select cluster_id, node, 'proxied' from node_states where cluster_id = any(${ids})
    ) s, lateral (
      select at from watermarks w where w.cluster_id = s.cluster_id and w.node = s.node and w.stage = s.stage
        and (w.epoch, w.n) >= (${epoch}::integer, ${n}::bigint) order by w.epoch, w.n limit 1
    ) w`,
  );
  return found.map((row) => ({
    cluster: row.cluster_id === null ? undefined : idFromUuid("clu", row.cluster_id),
    node: row.node ?? undefined,
    stage: row.stage,
    at: new Date(row.at),
  }));
}
