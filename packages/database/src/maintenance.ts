import { idFromUuid } from "@fairlead/contract";
import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import { rows, runTenant, type TenantTransaction } from "./transaction.ts";

/** What is done for every organization in turn, each inside its own transaction. */
export function maintenance(client: Sql) {
  const forEach = async (work: (tx: TenantTransaction) => Promise<unknown>): Promise<number> => {
    const found = await client<{ organization_id: string }[]>`select organization_id from door_organizations()`;
    for (const row of found) await runTenant(client, idFromUuid("org", row.organization_id), {}, work);
    return found.length;
  };
  return {
    /** {@link SystemDoor.prune}. */
    prune: async ({ olderThanMs }: { readonly olderThanMs: number }): Promise<void> => {
      await forEach(async (tx) => {
        await rows(
          tx,
          sql`
          delete from watermarks w where at < now() - ${olderThanMs}::bigint * interval '1 millisecond'
            and exists (select from watermarks x where x.cluster_id = w.cluster_id and x.node = w.node
              and x.stage = w.stage and (x.epoch, x.n) > (w.epoch, w.n))`,
        );
        // Rendering is held up meanwhile: it might be about to name a body again.
        await rows(tx, sql`select 1 as one from render_cursors for update`);
        await rows(
          tx,
          sql`
          delete from object_bodies o where not exists (select from bundle_objects b where b.digest = o.digest)`,
        );
      });
    },
    /** {@link SystemDoor.bumpEpoch}. The bundles are behind their log from then on: rendering says everything anew. */
    bumpEpoch: () => forEach((tx) => rows(tx, sql`update revision_counters set epoch = epoch + 1`)),
  };
}
