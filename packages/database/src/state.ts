import { type ClusterId, type DataPlane, idFromUuid, uuidFromId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { asc, eq, type SQL, sql } from "drizzle-orm";
import * as tables from "./schema.ts";
import { HANDLE, rows, type TenantTransaction } from "./transaction.ts";
import { json, revisionOf, uuidArray } from "./values.ts";

/** An object that a watermark does not cover, and why. */
export interface ObjectProblem {
  readonly key: string;
  /** `epoch.n` of the object that was refused or is pending. */
  readonly revision: string;
  readonly stage: string;
  readonly state: string;
  readonly field?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  /** When it was refused or found pending, in milliseconds since the Unix epoch. */
  readonly at?: number | undefined;
}

/** How far a cluster has come, and how its connector is. */
export interface ClusterState {
  readonly cluster: ClusterId;
  readonly sent: Revision | undefined;
  readonly received: Revision | undefined;
  readonly applied: Revision | undefined;
  readonly rejections: readonly ObjectProblem[];
  /** When it last reported a watermark or rejections. */
  readonly reportedAt: Date | undefined;
  /** Whether a hub holds its socket now. */
  readonly connected: boolean;
  /** When a hub last knew the socket alive. */
  readonly seenAt: Date | undefined;
  readonly connectorVersion: string | undefined;
  readonly kubernetesVersion: string | undefined;
  /** What serves there; undefined when its connector has not said. */
  readonly dataPlane: DataPlane | undefined;
}

/** How far a node has come. */
export interface NodeState {
  readonly cluster: ClusterId;
  readonly node: string;
  /** Undefined: the node is there and has not reported (`unknown`). */
  readonly proxied: Revision | undefined;
  readonly exceptions: readonly ObjectProblem[];
  readonly reportedAt: Date | undefined;
}

/** A stage of the way from the log to the traffic. */
export type Stage = "stored" | "sent" | "received" | "applied" | "proxied";

/** What a hub reports of a cluster; all but the first two are optional, absent ones stay as they are. */
export interface ProgressReport {
  readonly cluster: ClusterId;
  /** Of the hub's lease. */
  readonly fence: number;
  readonly sent?: Revision | undefined;
  readonly received?: Revision | undefined;
  readonly applied?: Revision | undefined;
  /** The whole list. */
  readonly rejections?: readonly ObjectProblem[] | undefined;
  /** With it comes what serves there; a version that comes without takes back what an earlier one has said. */
  readonly connectorVersion?: string | undefined;
  readonly dataPlane?: DataPlane | undefined;
  readonly kubernetesVersion?: string | undefined;
}

/** Raises a cluster's watermarks (never lowers them). False: the socket has another owner now, nothing was written. */
export async function recordProgress(tx: TenantTransaction, report: ProgressReport): Promise<boolean> {
  const id = uuidFromId(report.cluster);
  const { organization } = tx[HANDLE];
  const stages = (["sent", "received", "applied"] as const).flatMap((stage) => {
    const revision = report[stage];
    return revision === undefined ? [] : [{ stage, node: "", ...revision }];
  });
  const values = sql.join(
    [report.sent, report.received, report.applied].map(
      (r) => sql`${r?.epoch ?? null}::integer, ${r?.n ?? null}::bigint`,
    ),
    sql`, `,
  );
  const rejections = report.rejections === undefined ? sql`null::jsonb` : json(report.rejections);
  const dataPlane = report.dataPlane === undefined ? sql`null::jsonb` : json(report.dataPlane);
  const written = await rows(
    tx,
    sql`
    with lease as (${leaseOf(report)}), history as (${historyOf(tx, id, stages)})
    insert into cluster_states as s (organization_id, cluster_id, sent_epoch, sent_n, received_epoch, received_n,
      applied_epoch, applied_n, rejections, connector_version, data_plane, kubernetes_version, reported_at)
    select ${organization}::uuid, ${id}::uuid, ${values}, coalesce(${rejections}, '[]'),
      ${report.connectorVersion ?? null}::text, ${dataPlane}, ${report.kubernetesVersion ?? null}::text, clock_timestamp() from lease
    on conflict (organization_id, cluster_id) do update set
      ${raise("sent")}, ${raise("received")}, ${raise("applied")},
      rejections = coalesce(${rejections}, s.rejections),
      data_plane = case when excluded.connector_version is null then s.data_plane else excluded.data_plane end,
      connector_version = coalesce(excluded.connector_version, s.connector_version),
      kubernetes_version = coalesce(excluded.kubernetes_version, s.kubernetes_version),
      reported_at = excluded.reported_at
    returning 1 as one`,
  );
  return written.length > 0;
}

/** Writes what nodes reported and removes those that are gone. False: the socket has another owner now, nothing was written. */
export async function recordNodes(
  tx: TenantTransaction,
  report: {
    readonly cluster: ClusterId;
    readonly fence: number;
    readonly nodes: readonly {
      readonly node: string;
      /** As reported: it may be lower than before when a node starts over. Undefined: it has not reported. */
      readonly proxied: Revision | undefined;
      readonly exceptions: readonly ObjectProblem[];
    }[];
    readonly gone?: readonly string[] | undefined;
  },
): Promise<boolean> {
  const id = uuidFromId(report.cluster);
  const nodes = report.nodes.map(({ node, proxied, exceptions }) => ({ node, ...proxied, exceptions }));
  const proxied = report.nodes.flatMap(({ node, proxied }) =>
    proxied === undefined ? [] : [{ stage: "proxied", node, ...proxied }],
  );
  const [lease] = await rows<{ held: boolean }>(
    tx,
    sql`
    with lease as (${leaseOf(report)}), history as (${historyOf(tx, id, proxied)}), written as (
      insert into node_states (organization_id, cluster_id, node, epoch, n, exceptions, reported_at)
      select ${tx[HANDLE].organization}::uuid, ${id}::uuid, r.node, r.epoch, r.n, r.exceptions,
        case when r.n is not null then clock_timestamp() end
      from lease, jsonb_to_recordset(${json(nodes)}) as r (node text, epoch integer, n bigint, exceptions jsonb)
      on conflict (organization_id, cluster_id, node) do update set epoch = excluded.epoch, n = excluded.n,
        exceptions = excluded.exceptions, reported_at = coalesce(excluded.reported_at, node_states.reported_at)
    ), removed as (
      delete from node_states using lease where cluster_id = ${id}::uuid
        and node in (select jsonb_array_elements_text(${json(report.gone ?? [])}))
    )
    select exists (select from lease) as held`,
  );
  return lease?.held === true;
}

/** The state of these clusters, in the order of ids. One that never reported has a state too. */
export async function clusterStates(
  tx: TenantTransaction,
  ids: readonly ClusterId[],
): Promise<readonly ClusterState[]> {
  const { clusters, clusterStates: states, hubLeases: leases } = tables;
  const found = await tx[HANDLE].db
    .select({
      id: clusters.id,
      state: states,
      seenAt: leases.seenAt,
      connected: sql<boolean>`coalesce(${leases.expiresAt} > now(), false)`,
    })
    .from(clusters)
    .leftJoin(states, eq(states.clusterId, clusters.id))
    .leftJoin(leases, eq(leases.clusterId, clusters.id))
    .where(sql`${clusters.id} = any(${uuidArray(ids)})`)
    .orderBy(asc(clusters.id));
  return found.map(({ id, state, seenAt, connected }) => ({
    cluster: idFromUuid("clu", id),
    sent: revisionOf(state?.sentEpoch, state?.sentN),
    received: revisionOf(state?.receivedEpoch, state?.receivedN),
    applied: revisionOf(state?.appliedEpoch, state?.appliedN),
    rejections: state?.rejections ?? [],
    reportedAt: state?.reportedAt ?? undefined,
    connected,
    seenAt: seenAt ?? undefined,
    connectorVersion: state?.connectorVersion ?? undefined,
    kubernetesVersion: state?.kubernetesVersion ?? undefined,
    dataPlane: state?.dataPlane ?? undefined,
  }));
}

/** The nodes of these clusters, by cluster and name. */
export async function nodeStates(tx: TenantTransaction, ids: readonly ClusterId[]): Promise<readonly NodeState[]> {
  const { nodeStates: nodes } = tables;
  const found = await tx[HANDLE].db
    .select()
    .from(nodes)
    .where(sql`${nodes.clusterId} = any(${uuidArray(ids)})`)
    .orderBy(asc(nodes.clusterId), asc(nodes.node));
  return found.map((row) => ({
    cluster: idFromUuid("clu", row.clusterId),
    node: row.node,
    proxied: revisionOf(row.epoch, row.n),
    exceptions: row.exceptions,
    reportedAt: row.reportedAt ?? undefined,
  }));
}

/** The hub's lease, if it is still its own; kept from changing hands until the transaction ends. */
function leaseOf({ cluster, fence }: { readonly cluster: ClusterId; readonly fence: number }): SQL {
  return sql`select 1 as one from hub_leases where cluster_id = ${uuidFromId(cluster)}::uuid and fence = ${fence} for share`;
}

/** Adds to the history only what is higher than everything in it: the first row not below r then says when r was reached. */
function historyOf(
  tx: TenantTransaction,
  cluster: string,
  reached: readonly { readonly stage: string; readonly node: string; readonly epoch: number; readonly n: number }[],
): SQL {
  return sql`
    insert into watermarks (organization_id, cluster_id, node, stage, epoch, n)
    select ${tx[HANDLE].organization}::uuid, ${cluster}::uuid, r.node, r.stage, r.epoch, r.n
    from lease, jsonb_to_recordset(${json(reached)}) as r (node text, stage text, epoch integer, n bigint)
    where not coalesce((select (w.epoch, w.n) >= (r.epoch, r.n) from watermarks w
      where w.cluster_id = ${cluster}::uuid and w.node = r.node and w.stage = r.stage
      order by w.epoch desc, w.n desc limit 1), false)
    on conflict do nothing`;
}

function raise(stage: "sent" | "received" | "applied"): SQL {
  const [epoch, n] = [sql.identifier(`${stage}_epoch`), sql.identifier(`${stage}_n`)];
  const higher = sql`(excluded.${epoch}, excluded.${n}) > (coalesce(s.${epoch}, 0), coalesce(s.${n}, -1))`;
  return sql`${epoch} = case when ${higher} then excluded.${epoch} else s.${epoch} end,
    ${n} = case when ${higher} then excluded.${n} else s.${n} end`;
}
