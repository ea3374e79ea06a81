import { type ClusterId, idFromUuid, type ProjectId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { sql } from "drizzle-orm";
import { rows, type TenantTransaction } from "./transaction.ts";
import { type IntentId, intentId, json, revisionOf, uuidArray } from "./values.ts";

/** Where an intent's object is in a cluster's bundle. */
export interface BundlePlace {
  readonly cluster: ClusterId;
  readonly key: string;
  /** The revision that last changed the object. */
  readonly revision: Revision;
}

/** The live objects of an intent, one for each cluster that has it. */
export async function placesOf(tx: TenantTransaction, intent: IntentId): Promise<readonly BundlePlace[]> {
  const found = await rows<{ cluster_id: string; key: string; epoch: number; n: number }>(
    tx,
    sql`
    select cluster_id, key, epoch, n from bundle_objects
    where intent_id = any(${uuidArray([intent])}) and digest is not null order by cluster_id`,
  );
  return found.map(({ cluster_id, key, epoch, n }) => ({
    cluster: idFromUuid("clu", cluster_id),
    key,
    revision: { epoch, n },
  }));
}

/** The revision of the newest change in each cluster's bundle, tombstones included; a bundle that is empty has none. */
export async function lastChanges(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<ReadonlyMap<ClusterId, Revision>> {
  const found = await rows<{ cluster_id: string; epoch: number; n: number }>(
    tx,
    sql`
    select c as cluster_id, b.epoch, b.n from unnest(${uuidArray(clusters)}) as c, lateral (
      select epoch, n from bundle_objects where cluster_id = c order by epoch desc, n desc limit 1
    ) b`,
  );
  return new Map(found.map(({ cluster_id, epoch, n }) => [idFromUuid("clu", cluster_id), { epoch, n }]));
}

/** Which intent an object of a bundle came from, and that intent's own revision and project while it exists. */
export interface ObjectSource {
  readonly cluster: ClusterId;
  readonly key: string;
  readonly intent: IntentId;
  readonly intentRevision: Revision | undefined;
  readonly project: ProjectId | undefined;
}

/** The sources of these keys in these clusters' bundles, tombstones included; what is no longer in a bundle is left out. */
export async function sourcesOf(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
  keys: readonly string[],
): Promise<readonly ObjectSource[]> {
  if (keys.length === 0) return [];
  const found = await rows<{
    cluster_id: string;
    key: string;
    intent_id: string;
    intent_kind: string;
    epoch: number | null;
    n: number | null;
    project_id: string | null;
  }>(
    tx,
    sql`
    select b.cluster_id, b.key, b.intent_id, b.intent_kind, i.epoch, i.n, i.project_id
    from bundle_objects b left join intents i on i.id = b.intent_id
    where b.cluster_id = any(${uuidArray(clusters)}) and b.key in (select jsonb_array_elements_text(${json(keys)}))`,
  );
  return found.map((row) => ({
    cluster: idFromUuid("clu", row.cluster_id),
    key: row.key,
    intent: intentId(row.intent_kind, row.intent_id),
    intentRevision: revisionOf(row.epoch, row.n),
    project: row.project_id === null ? undefined : idFromUuid("prj", row.project_id),
  }));
}
