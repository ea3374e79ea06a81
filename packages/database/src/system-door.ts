import {
  type ClusterId,
  idFromUuid,
  type JoinTokenId,
  newId,
  type OrganizationId,
  type ProjectId,
  type TokenId,
  uuidFromId,
} from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import type { Sql } from "postgres";
import { bootstrap } from "./bootstrap.ts";
import { translateError } from "./errors.ts";
import { join } from "./join.ts";
import { maintenance } from "./maintenance.ts";
import { insertOrganization } from "./organizations.ts";
import { type OutboxEvent, relayOutbox } from "./outbox.ts";
import { type QueueStore, queueStore } from "./queue-store.ts";
import { runTenant } from "./transaction.ts";

/** What must look across organizations, and nothing else: docs/adr/0003. */
export interface SystemDoor {
  /** The token with this id and SHA-256 in hex, when it is neither expired nor revoked. */
  findToken(
    id: TokenId,
    hash: string,
  ): Promise<{ readonly organization: OrganizationId; readonly token: TokenId; readonly name: string } | undefined>;
  /**
   * Uses up a join token and registers the key of the cluster it was made for. The same token with the same key gives
   * the same answer again. Throws `join_token_invalid`, `cluster_revoked`, or `already_exists` when another Kubernetes
   * cluster (by the uid of its kube-system namespace) has joined as this one.
   */
  join(input: JoinRequest): Promise<{ readonly organization: OrganizationId; readonly cluster: ClusterId }>;
  /** What a hub needs to authenticate a socket. */
  findCluster(id: ClusterId): Promise<ClusterIdentity | undefined>;
  /** Makes an organization. Goes on with `Database.write`. */
  createOrganization(input: { readonly name: string }): Promise<OrganizationId>;
  /** The organization that owns this token; made, with a project `default` that is granted everything, when nobody has the token. */
  bootstrap(input: {
    readonly organization: string;
    readonly token: { readonly id: TokenId; readonly hash: string };
  }): Promise<{ readonly organization: OrganizationId; readonly project: ProjectId; readonly created: boolean }>;
  /**
   * Hands up to `limit` outbox events to `publish` and forgets them once that has returned; then notifies the channel
   * `revisions`. Gives how many. Any number of replicas may run it at once.
   */
  relayOutbox(limit: number, publish: (events: readonly OutboxEvent[]) => Promise<void>): Promise<number>;
  /** Organizations whose bundles are behind their log: how lost hints are found. */
  laggingOrganizations(limit: number): Promise<readonly OutboxEvent[]>;
  /** Extends the leases this holder still has, and gives the clusters it has no more. */
  renewLeases(input: {
    readonly holder: string;
    readonly leases: readonly HeldLease[];
    readonly ttlMs: number;
  }): Promise<readonly ClusterId[]>;
  /** Forgets watermark history older than this (never the newest) and bodies no bundle names. */
  prune(input: { readonly olderThanMs: number }): Promise<void>;
  /** After a backup was restored: raises every organization's epoch, so that revisions never go back. Gives how many. */
  bumpEpoch(): Promise<number>;
  readonly queue: QueueStore;
}

export interface JoinRequest {
  readonly token: JoinTokenId;
  /** SHA-256 in hex of the whole token. */
  readonly hash: string;
  readonly publicKey: Uint8Array;
  readonly kubeSystemUid: string;
}

/** Who may speak for a cluster. */
export interface ClusterIdentity {
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  /** Keys that may sign now: the current one first, then the one before while rotation overlaps. Empty until it has joined. */
  readonly publicKeys: readonly Uint8Array[];
  readonly kubeSystemUid: string | undefined;
  readonly revokedAt: Date | undefined;
}

export interface HeldLease {
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  readonly fence: number;
}

/** The doors on one pool of connections. Errors are translated here, once for all of them. */
export function systemDoor(client: Sql): SystemDoor {
  const { prune, bumpEpoch } = maintenance(client);
  const door = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      try {
        return await work(...args);
      } catch (error) {
        throw translateError(error);
      }
    };
  };
  const queue = queueStore(client);
  return {
    findToken: door(async (id, hash) => {
      const [row] = await client<{ organization_id: string; name: string }[]>`
        select organization_id, name from door_find_token(${uuidFromId(id)}, ${hash})`;
      return row && { organization: idFromUuid("org", row.organization_id), token: id, name: row.name };
    }),
    join: door((input) => join(client, input)),
    findCluster: door((id) => findCluster(client, id)),
    createOrganization: door(async ({ name }) => {
      const id = newId("org");
      await runTenant(client, id, {}, (tx) => insertOrganization(tx, name));
      return id;
    }),
    bootstrap: door((input) => bootstrap(client, input)),
    relayOutbox: door((limit, publish) => relayOutbox(client, limit, publish)),
    laggingOrganizations: door(async (limit) => {
      const found = await client<({ organization_id: string } & Revision)[]>`
        select organization_id, epoch, n from door_lagging_organizations(${limit})`;
      return found.map(({ organization_id, epoch, n }) => ({
        organization: idFromUuid("org", organization_id),
        revision: { epoch, n },
      }));
    }),
    renewLeases: door((input) => renewLeases(client, input)),
    prune: door(prune),
    bumpEpoch: door(bumpEpoch),
    queue: {
      send: door(queue.send),
      receive: door(queue.receive),
      remove: door(queue.remove),
      postpone: door(queue.postpone),
      deadLetters: door(queue.deadLetters),
      nextDueMs: door(queue.nextDueMs),
    },
  };
}

async function findCluster(client: Sql, id: ClusterId): Promise<ClusterIdentity | undefined> {
  const [row] = await client<
    {
      organization_id: string;
      public_key: Uint8Array | null;
      previous_public_key: Uint8Array | null;
      kube_system_uid: string | null;
      revoked_at: string | null;
    }[]
  >`select * from door_find_cluster(${uuidFromId(id)})`;
  return (
    row && {
      organization: idFromUuid("org", row.organization_id),
      cluster: id,
      publicKeys: [row.public_key, row.previous_public_key].flatMap((key) => key ?? []),
      kubeSystemUid: row.kube_system_uid ?? undefined,
      revokedAt: row.revoked_at === null ? undefined : new Date(row.revoked_at),
    }
  );
}

async function renewLeases(
  client: Sql,
  { holder, leases, ttlMs }: { readonly holder: string; readonly leases: readonly HeldLease[]; readonly ttlMs: number },
): Promise<ClusterId[]> {
  const held = leases.map(({ cluster, fence }) => ({ cluster: uuidFromId(cluster), fence }));
  const kept = await client<{ cluster_id: string }[]>`
    select d.cluster_id from (
      select array_agg(cluster) as clusters, array_agg(fence) as fences
      from jsonb_to_recordset(${JSON.stringify(held)}::text::jsonb) as h (cluster uuid, fence bigint)
    ) h, door_renew_leases(${holder}, h.clusters, h.fences, ${ttlMs}::bigint) d`;
  const ids = new Set(kept.map((row) => row.cluster_id));
  return leases.map(({ cluster }) => cluster).filter((cluster) => !ids.has(uuidFromId(cluster)));
}
