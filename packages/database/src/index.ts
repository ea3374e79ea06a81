// The interface, published before its implementation: bodies follow file by file.
import type {
  ClusterId,
  GatewayId,
  HttpRouteId,
  IngressId,
  JoinTokenId,
  OrganizationId,
  ProjectId,
  TokenId,
} from "@fairlead/contract";
import type { Log, Revision } from "@fairlead/core";

// ── opening ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface MigrateOptions {
  /** Connection of the role that owns the schema; only migrations use it. */
  readonly ownerUrl: string;
  /** A login to make (or give a new password) for the runtime, member of `fairlead_app`. Absent: the operator makes it. */
  readonly runtime?: { readonly name: string; readonly password: string };
  readonly log?: Log;
}
/** Brings the schema up to date and returns the names of the migrations it applied. Safe to run from several processes at once. */
export declare function migrate(options: MigrateOptions): Promise<readonly string[]>;
/** `ownerUrl` with another user and password. */
export declare function runtimeUrl(
  ownerUrl: string,
  runtime: { readonly name: string; readonly password: string },
): string;
/** After a backup was restored: raises every organization's epoch, so that revisions never go back. Returns how many. */
export declare function bumpEpoch(options: { readonly ownerUrl: string }): Promise<number>;

export interface DatabaseOptions {
  /** Connection of a runtime login (never the owner: refused when it could bypass row-level security). May go through a pooler. */
  readonly url: string;
  /** Past the pooler, for the one LISTEN connection. Default: `url`. */
  readonly directUrl?: string;
  /** Connections in the pool. Default 10. */
  readonly max?: number;
  /** Whether statements are prepared; false behind a transaction pooler that cannot. Default true. */
  readonly prepare?: boolean;
  readonly log?: Log;
}
export declare function openDatabase(options: DatabaseOptions): Promise<Database>;

export interface Database extends AsyncDisposable {
  /** A transaction that sees one organization only. `durable: false` lets the commit return before it is on disk (reports that will be sent again). */
  withTenant<T>(
    organization: OrganizationId,
    work: (tx: TenantTransaction) => Promise<T>,
    options?: { readonly durable?: boolean },
  ): Promise<T>;
  /**
   * A transaction that may change what users own. It holds the organization's revision counter from its start to its
   * end, so what `work` reads (placement, grants) cannot change under it and commit order is revision order. Each
   * change made takes the next `n`, appends to the revision log and to the outbox. Throws `not_found` without such an organization.
   */
  write<T>(organization: OrganizationId, actor: string, work: (tx: WriteTransaction) => Promise<T>): Promise<T>;
  readonly system: SystemDoor;
  /** Calls `onMessage` for every notification; `onListen` after each (re)connect, when some may have been missed. One connection for all channels. */
  listen(channel: Channel, onMessage: (payload: string) => void, onListen?: () => void): Promise<Subscription>;
  /** Sends a notification outside any transaction. */
  notify(channel: Channel, payload: string): Promise<void>;
  close(): Promise<void>;
}
/** revisions: `org_… epoch.n` from the outbox relay; bundles: free text of the render worker; clusters: revocations, label changes; queue: the queue's name; leases: takeovers. */
export type Channel = "revisions" | "bundles" | "clusters" | "queue" | "leases";
export interface Subscription extends AsyncDisposable {
  close(): Promise<void>;
}
/** Opaque: what the functions below take. */
export interface TenantTransaction {
  readonly organization: OrganizationId;
}
/** A transaction of {@link Database.write}. */
export interface WriteTransaction extends TenantTransaction {
  readonly actor: string;
}

/** What must look across organizations; see docs/adr/0003. Each gives the least that its caller needs. */
export interface SystemDoor {
  /** The token with this id and SHA-256 (hex) that is neither expired nor revoked. */
  findToken(
    id: TokenId,
    hash: string,
  ): Promise<{ readonly organization: OrganizationId; readonly token: TokenId; readonly name: string } | undefined>;
  /** Uses up a join token and registers the key of the cluster it was made for; throws `join_token_invalid`, or `already_exists` for another kube-system uid. */
  join(input: {
    readonly token: JoinTokenId;
    readonly hash: string;
    readonly publicKey: Uint8Array;
    readonly kubeSystemUid: string;
  }): Promise<{ readonly organization: OrganizationId; readonly cluster: ClusterId }>;
  /** What a hub needs to authenticate a socket. */
  findCluster(id: ClusterId): Promise<ClusterIdentity | undefined>;
  /** Makes an organization with its counter; the caller goes on with {@link Database.write}. */
  createOrganization(input: { readonly name: string }): Promise<OrganizationId>;
  /** First start: the organization that owns this token, made (with a project `default` granted everything) when the token is unknown. */
  bootstrap(input: {
    readonly organization: string;
    readonly token: { readonly id: TokenId; readonly hash: string };
  }): Promise<{ readonly organization: OrganizationId; readonly project: ProjectId; readonly created: boolean }>;
  /** Hands up to `limit` outbox events to `publish` and forgets them once it has returned; then notifies `revisions`. Returns how many. Run by any number of replicas. */
  relayOutbox(limit: number, publish: (events: readonly OutboxEvent[]) => Promise<void>): Promise<number>;
  /** Organizations whose rendering is behind their log: what lost hints are found by. */
  laggingOrganizations(
    limit: number,
  ): Promise<readonly { readonly organization: OrganizationId; readonly revision: Revision }[]>;
  /** Extends the leases this holder still has; the clusters it no longer has are returned. */
  renewLeases(input: {
    readonly holder: string;
    readonly leases: readonly HeldLease[];
    readonly ttlMs: number;
  }): Promise<readonly ClusterId[]>;
  /** Deletes history rows of watermarks older than this, and bodies no bundle names. */
  prune(input: { readonly olderThanMs: number }): Promise<void>;
  readonly queue: QueueStore;
}
export interface ClusterIdentity {
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  /** Keys that may sign now: the current one first, the one before while rotation overlaps. Empty until joined. */
  readonly publicKeys: readonly Uint8Array[];
  readonly kubeSystemUid: string | undefined;
  readonly revokedAt: Date | undefined;
}
export interface OutboxEvent {
  readonly organization: OrganizationId;
  readonly revision: Revision;
}
export interface HeldLease {
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  readonly fence: number;
}
/** The rows behind the queue package's PostgreSQL adapter. */
export interface QueueStore {
  send(queue: string, bodies: readonly string[]): Promise<void>;
  /** Takes visible messages for `visibilityMs`. Those received more than `maxReceives` times go to the dead letters instead. */
  receive(
    queue: string,
    options: { readonly limit: number; readonly visibilityMs: number; readonly maxReceives: number },
  ): Promise<readonly StoredMessage[]>;
  /** Removes messages whose receipt still holds. */
  remove(queue: string, receipts: readonly string[]): Promise<void>;
  /** Makes a message visible again after `delayMs` (0: now), or keeps it hidden for longer. */
  postpone(queue: string, receipt: string, delayMs: number): Promise<void>;
  deadLetters(queue: string, limit: number): Promise<readonly StoredMessage[]>;
  /** Milliseconds until the next hidden message is due; undefined when there is none. */
  nextDueMs(queue: string): Promise<number | undefined>;
}
export interface StoredMessage {
  readonly receipt: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receives: number;
}

// ── pages ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Lists are in the order of ids, which is the order of making. */
export interface PageRequest<I extends string> {
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: I | undefined;
}
export interface Page<T, I extends string> {
  readonly items: readonly T[];
  /** Present when there is more: give it as `after`. */
  readonly next: I | undefined;
}

// ── organizations, projects, clusters, tokens ──────────────────────────────────────────────────────────────────────

export interface Organization {
  readonly id: OrganizationId;
  readonly name: string;
  /** The newest revision of the log. */
  readonly head: Revision;
  readonly createdAt: Date;
}
export declare function getOrganization(tx: TenantTransaction): Promise<Organization>;
export declare function renameOrganization(tx: TenantTransaction, name: string): Promise<Organization>;

export interface Grant {
  readonly clusterSelector: JsonObject;
  readonly namespaces: readonly string[];
}
export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export declare function createProject(
  tx: WriteTransaction,
  input: { readonly name: string; readonly grants: readonly Grant[] },
): Promise<Project>;
export declare function updateProject(
  tx: WriteTransaction,
  id: ProjectId,
  input: { readonly name: string; readonly grants: readonly Grant[]; readonly expected: Revision },
): Promise<Project>;
/** Throws `reference_in_use` while it has intents. */
export declare function deleteProject(
  tx: WriteTransaction,
  id: ProjectId,
  input: { readonly expected: Revision },
): Promise<void>;
/** Throws `not_found`. */
export declare function getProject(tx: TenantTransaction, id: ProjectId): Promise<Project>;
export declare function listProjects(
  tx: TenantTransaction,
  page: PageRequest<ProjectId>,
): Promise<Page<Project, ProjectId>>;

export interface Cluster {
  readonly id: ClusterId;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kubeSystemUid: string | undefined;
  /** `<group>/<version>/<Kind>` as announced in `hello`; undefined until then. */
  readonly served: readonly string[] | undefined;
  readonly joinedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export declare function createCluster(
  tx: WriteTransaction,
  input: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): Promise<Cluster>;
/** Follow with {@link placeOnCluster} when labels changed. */
export declare function updateCluster(
  tx: WriteTransaction,
  id: ClusterId,
  input: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly expected: Revision },
): Promise<Cluster>;
/** Records what its API server serves; a revision is taken only when that changed. */
export declare function setClusterServed(
  tx: WriteTransaction,
  id: ClusterId,
  served: readonly string[],
): Promise<boolean>;
/** No key of it is accepted any more. */
export declare function revokeCluster(
  tx: WriteTransaction,
  id: ClusterId,
  input: { readonly expected?: Revision },
): Promise<Cluster>;
/** With its claims, bundle and state. */
export declare function deleteCluster(
  tx: WriteTransaction,
  id: ClusterId,
  input: { readonly expected: Revision },
): Promise<void>;
/** A new key; the one before is good until `overlapMs` from now. */
export declare function rotateClusterKey(
  tx: TenantTransaction,
  id: ClusterId,
  input: { readonly publicKey: Uint8Array; readonly overlapMs: number },
): Promise<void>;
export declare function getCluster(tx: TenantTransaction, id: ClusterId): Promise<Cluster>;
export declare function listClusters(
  tx: TenantTransaction,
  page: PageRequest<ClusterId>,
): Promise<Page<Cluster, ClusterId>>;
/** Every cluster of the organization, for placement. */
export declare function allClusters(tx: TenantTransaction): Promise<readonly Cluster[]>;

export interface Token {
  readonly id: TokenId;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
}
/** `hash`: SHA-256 in hex, as the contract's generateToken gives it. */
export declare function createToken(
  tx: TenantTransaction,
  input: { readonly id: TokenId; readonly hash: string; readonly name: string; readonly expiresAt?: Date | undefined },
): Promise<Token>;
export declare function getToken(tx: TenantTransaction, id: TokenId): Promise<Token>;
export declare function listTokens(tx: TenantTransaction, page: PageRequest<TokenId>): Promise<Page<Token, TokenId>>;
export declare function revokeToken(tx: TenantTransaction, id: TokenId): Promise<Token>;
export interface JoinToken {
  readonly id: JoinTokenId;
  readonly cluster: ClusterId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | undefined;
}
export declare function createJoinToken(
  tx: TenantTransaction,
  input: { readonly id: JoinTokenId; readonly hash: string; readonly cluster: ClusterId; readonly expiresAt: Date },
): Promise<JoinToken>;
export declare function listJoinTokens(
  tx: TenantTransaction,
  cluster: ClusterId,
  page: PageRequest<JoinTokenId>,
): Promise<Page<JoinToken, JoinTokenId>>;

// ── intents, revisions, claims ─────────────────────────────────────────────────────────────────────────────────────

export type JsonObject = { readonly [field: string]: unknown };
export type IntentId = GatewayId | HttpRouteId | IngressId;
export type IntentKind = "Gateway" | "HTTPRoute" | "Ingress";
export interface Intent {
  readonly id: IntentId;
  readonly kind: IntentKind;
  readonly apiVersion: string;
  readonly project: ProjectId;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly placement: JsonObject;
  readonly spec: JsonObject;
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export interface NewIntent {
  readonly kind: IntentKind;
  readonly apiVersion: string;
  readonly project: ProjectId;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly placement: JsonObject;
  readonly spec: JsonObject;
  /** Where placement puts it now, computed by the caller in the same transaction. */
  readonly clusters: readonly ClusterId[];
}
export interface IntentChange {
  readonly apiVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly placement: JsonObject;
  readonly spec: JsonObject;
  readonly clusters: readonly ClusterId[];
  /** Throws `revision_mismatch` when the intent has another one. */
  readonly expected: Revision;
}
/** Which intent: absent and of another project or kind look the same (`not_found`). */
export interface IntentRef {
  readonly project: ProjectId;
  readonly kind: IntentKind;
  readonly id: IntentId;
}
/** Throws `already_exists` (same kind, namespace, name in the project) or `claim_conflict` (another intent owns that object of a cluster; named in `fields`). */
export declare function createIntent(tx: WriteTransaction, input: NewIntent): Promise<Intent>;
export declare function updateIntent(tx: WriteTransaction, ref: IntentRef, input: IntentChange): Promise<Intent>;
export declare function deleteIntent(
  tx: WriteTransaction,
  ref: IntentRef,
  input: { readonly expected: Revision },
): Promise<Revision>;
export declare function getIntent(tx: TenantTransaction, ref: IntentRef): Promise<Intent>;
export declare function listIntents(
  tx: TenantTransaction,
  query: PageRequest<IntentId> & {
    readonly project: ProjectId;
    readonly kind: IntentKind;
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
  },
): Promise<Page<Intent, IntentId>>;
/** Every intent of the organization (placement of a new or relabelled cluster), or those with these ids, whatever the project. */
export declare function allIntents(tx: TenantTransaction, ids?: readonly IntentId[]): Promise<readonly Intent[]>;

export type RevisionAction = "create" | "update" | "delete";
export type RevisionSubject = "intent" | "project" | "cluster";
export interface RevisionEntry {
  readonly revision: Revision;
  readonly at: Date;
  readonly actor: string;
  readonly action: RevisionAction;
  readonly subject: RevisionSubject;
  /** Id of the intent, project or cluster. */
  readonly id: string;
  readonly project: ProjectId | undefined;
  /** The thing after the change; for a deletion, what it was. */
  readonly body: JsonObject;
}
export declare function getRevision(tx: TenantTransaction, revision: Revision): Promise<RevisionEntry>;
/** Newest first. `before` is exclusive. */
export declare function listRevisions(
  tx: TenantTransaction,
  query: {
    readonly limit: number;
    readonly before?: Revision | undefined;
    readonly id?: string | undefined;
    readonly project?: ProjectId | undefined;
  },
): Promise<{ readonly items: readonly RevisionEntry[]; readonly next: Revision | undefined }>;

/** An intent's place in a cluster: live (it owns the object), or held behind the intent named. */
export interface Claim {
  readonly cluster: ClusterId;
  readonly intent: IntentId;
  readonly heldBy: IntentId | undefined;
}
/** After a cluster was made or relabelled: gives it exactly these intents' claims. Those whose object is taken are held; freed objects go to whoever waited longest. */
export declare function placeOnCluster(
  tx: WriteTransaction,
  cluster: ClusterId,
  intents: readonly IntentId[],
): Promise<readonly Claim[]>;
export declare function listClaims(
  tx: TenantTransaction,
  by: { readonly intents?: readonly IntentId[]; readonly clusters?: readonly ClusterId[] },
): Promise<readonly Claim[]>;

// ── rendering: what the worker does ────────────────────────────────────────────────────────────────────────────────

export interface RenderWork {
  /** The last revision rendered before this. */
  readonly from: Revision;
  /** The revision this work brings the bundles to. */
  readonly through: Revision;
  /** Live claims of what changed in between, each with its intent: what must be in the bundles. */
  readonly placed: readonly { readonly cluster: ClusterId; readonly intent: Intent }[];
  /** Clusters named in `placed` or `existing`. */
  readonly clusters: readonly Cluster[];
  /** What the bundles hold now of what changed: what is not rendered again becomes a tombstone. */
  readonly existing: readonly BundleEntry[];
}
export interface BundleEntry {
  readonly cluster: ClusterId;
  readonly key: string;
  readonly digest: string;
  readonly intent: IntentId;
  readonly revision: Revision;
}
/** Locks the organization's rendering and says what is to be done; undefined when nothing is. */
export declare function takeRenderWork(tx: TenantTransaction): Promise<RenderWork | undefined>;
/** Writes the result and advances the cursor. Entries get `work.through` as their revision. */
export declare function finishRenderWork(
  tx: TenantTransaction,
  work: RenderWork,
  result: {
    /** Only those that are new or have another digest than `existing`. `body` is the JSON text the digest is of. */
    readonly upserts: readonly {
      readonly cluster: ClusterId;
      readonly key: string;
      readonly digest: string;
      readonly body: string;
      readonly intent: IntentId;
    }[];
    readonly tombstones: readonly { readonly cluster: ClusterId; readonly key: string }[];
  },
): Promise<void>;

// ── bundles: what the hub sends ────────────────────────────────────────────────────────────────────────────────────

export interface BundleDelta {
  /** Everything with a revision in (`after`, `through`] is in here. */
  readonly through: Revision;
  readonly objects: readonly (Omit<BundleEntry, "cluster"> & { readonly body: string })[];
  readonly tombstones: readonly { readonly key: string; readonly revision: Revision; readonly intent: IntentId }[];
}
/** What changed for a cluster after a revision; `after` absent: the whole bundle, with all tombstones not yet dropped. */
export declare function readDelta(tx: TenantTransaction, cluster: ClusterId, after?: Revision): Promise<BundleDelta>;
/** Keys, digests and revisions of a cluster's bundle in the byte order of keys. */
export declare function readManifest(
  tx: TenantTransaction,
  cluster: ClusterId,
): Promise<{ readonly through: Revision; readonly entries: readonly Omit<BundleEntry, "cluster">[] }>;
/** The objects of these keys, with bodies. */
export declare function readObjects(
  tx: TenantTransaction,
  cluster: ClusterId,
  keys: readonly string[],
): Promise<BundleDelta["objects"]>;
/** Forgets tombstones the cluster has acknowledged. */
export declare function dropTombstones(tx: TenantTransaction, cluster: ClusterId, through: Revision): Promise<void>;

// ── state: what comes back ─────────────────────────────────────────────────────────────────────────────────────────

export type Stage = "stored" | "sent" | "received" | "applied" | "proxied";
export interface ObjectProblem {
  readonly key: string;
  readonly revision: string;
  readonly stage: string;
  readonly state: string;
  readonly field?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}
export interface ClusterState {
  readonly cluster: ClusterId;
  readonly sent: Revision | undefined;
  readonly received: Revision | undefined;
  readonly applied: Revision | undefined;
  readonly rejections: readonly ObjectProblem[];
  /** When the cluster last reported anything. */
  readonly reportedAt: Date | undefined;
  /** Whether a hub holds its socket now. */
  readonly connected: boolean;
}
export interface NodeState {
  readonly cluster: ClusterId;
  readonly node: string;
  /** Undefined: the node has not reported (`unknown`). */
  readonly proxied: Revision | undefined;
  readonly exceptions: readonly ObjectProblem[];
  readonly reportedAt: Date | undefined;
}
/** Raises a cluster's watermark (never lowers it). False: the fence is not the lease's any more, nothing was written. */
export declare function recordProgress(
  tx: TenantTransaction,
  input: {
    readonly cluster: ClusterId;
    readonly fence: number;
    readonly sent?: Revision;
    readonly received?: Revision;
    readonly applied?: Revision /** The whole list; absent: unchanged. */;
    readonly rejections?: readonly ObjectProblem[];
  },
): Promise<boolean>;
/** Upserts the nodes given and removes those gone. */
export declare function recordNodes(
  tx: TenantTransaction,
  input: {
    readonly cluster: ClusterId;
    readonly fence: number;
    readonly nodes: readonly {
      readonly node: string;
      readonly proxied: Revision | undefined;
      readonly exceptions: readonly ObjectProblem[];
    }[];
    readonly gone?: readonly string[];
  },
): Promise<boolean>;
export declare function clusterStates(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<readonly ClusterState[]>;
export declare function nodeStates(
  tx: TenantTransaction,
  clusters: readonly ClusterId[],
): Promise<readonly NodeState[]>;
/** When each cluster and node first reached the revision, stage by stage; a stage not reached has no row. `stored` has no cluster. */
export declare function stageTimes(
  tx: TenantTransaction,
  input: { readonly clusters: readonly ClusterId[]; readonly revision: Revision },
): Promise<
  readonly {
    readonly cluster: ClusterId | undefined;
    readonly node: string | undefined;
    readonly stage: Stage;
    readonly at: Date;
  }[]
>;

// ── leases ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Takes the cluster's socket, from whoever had it: the newest authenticated connection wins. The fence grows with every owner. */
export declare function acquireLease(
  tx: TenantTransaction,
  input: { readonly cluster: ClusterId; readonly holder: string; readonly ttlMs: number },
): Promise<{ readonly fence: number; readonly previous: string | undefined }>;
/** Nothing happens when the fence is not the lease's any more. */
export declare function releaseLease(
  tx: TenantTransaction,
  input: { readonly cluster: ClusterId; readonly fence: number },
): Promise<void>;
/** The holder of the cluster's socket now. */
export declare function leaseHolder(
  tx: TenantTransaction,
  cluster: ClusterId,
): Promise<{ readonly holder: string; readonly fence: number; readonly expiresAt: Date } | undefined>;
