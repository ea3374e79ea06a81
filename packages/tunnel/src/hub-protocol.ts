import type { ErrorCode, MeshError, Revision } from "@fairlead/core";
import type {
  BundleKey,
  ClusterStateFrame,
  ConnectorFrame,
  DigestHex,
  EnrollFrame,
  FactsFrame,
  FactsQuota,
  HelloFrame,
  HubFrame,
  ManifestEntry,
  NodeStatesFrame,
  Tombstone,
  TunnelLimits,
  Upsert,
} from "./frame.ts";

/**
 * A place in a bundle ordered by (revision, key): everything at or before it was sent. Without a key it lies
 * behind every key of its revision. In SQL: `(epoch, n) > (…) or ((epoch, n) = (…) and key > …)`.
 */
export interface BundlePosition {
  readonly revision: Revision;
  readonly key: BundleKey | undefined;
}

/** A row of a bundle: an object, or the tombstone of one. */
export type BundleChange = Upsert | Tombstone;

/** A live row of a bundle without its body. */
export interface BundleRow extends ManifestEntry {
  readonly intent: string;
}

/** What happens to a hub session. All answers must come from one snapshot of the database each. */
export type HubEvent =
  /** The socket is open. `nonce`: 32 fresh random bytes. */
  | { readonly type: "opened"; readonly nonce: Uint8Array }
  /** A frame came and `decodeConnectorFrame` read it. */
  | { readonly type: "received"; readonly frame: ConnectorFrame }
  /** A message came that could not be read. */
  | { readonly type: "invalid"; readonly error: MeshError }
  /** Answers `enroll`. The same token with the same public key gets the same cluster id again. */
  | { readonly type: "enrolled"; readonly clusterId: string }
  /** Answers `identify`: the raw public key, or undefined when cluster or key are unknown or revoked. */
  | { readonly type: "identified"; readonly publicKey: Uint8Array | undefined }
  /** Answers `admit`: the lease is taken; the revision the bundle is rendered to. */
  | { readonly type: "admitted"; readonly revision: Revision }
  /** Answers `enroll` or `admit` with no. */
  | { readonly type: "refused"; readonly code: ErrorCode; readonly reason: string; readonly retryAfterMs: number }
  /** The bundle may have changed. May be lost, repeated or late. */
  | { readonly type: "hint" }
  /**
   * Answers `loadChanges`: rows after the position, in order. `more`: the limit cut the list.
   * `through` and `digest`: the bundle's rendered revision and manifest digest in the same snapshot.
   */
  | {
      readonly type: "changesLoaded";
      readonly changes: readonly BundleChange[];
      readonly more: boolean;
      readonly through: Revision;
      readonly digest: DigestHex;
    }
  /** Answers `loadManifest`: every live row, with revision and manifest digest of the same snapshot. */
  | {
      readonly type: "manifestLoaded";
      readonly rows: readonly BundleRow[];
      readonly through: Revision;
      readonly digest: DigestHex;
    }
  /** Answers `loadBodies`. Bodies that are gone because their object changed may be missing. */
  | { readonly type: "bodiesLoaded"; readonly bodies: ReadonlyMap<DigestHex, Uint8Array> }
  /** Answers `loadFacts`: the stored digest (empty when there is none or it is of no use), and how much may be stored. */
  | { readonly type: "factsLoaded"; readonly digest: DigestHex; readonly quota: FactsQuota }
  /** Answers `storeFacts`. `refused`: they are too many, nothing was stored. */
  | { readonly type: "factsStored"; readonly facts: FactsFrame; readonly refused: boolean }
  /** End the session: revoked (`cluster_revoked`), lease lost or drained (`unavailable`), database down. */
  | { readonly type: "stop"; readonly code: ErrorCode; readonly reason: string; readonly retryAfterMs: number }
  /** Time passed. Due at least every quarter of a heartbeat. */
  | { readonly type: "tick" }
  /** The socket is gone. */
  | { readonly type: "disconnected" };

/** What a hub session wants done, in this order. */
export type HubEffect =
  | { readonly type: "send"; readonly frame: HubFrame }
  /** Close the socket once what was sent is out. */
  | { readonly type: "close" }
  /** Redeem the join token and register the key; answer `enrolled` or `refused`. */
  | { readonly type: "enroll"; readonly frame: EnrollFrame }
  /** Look the key up; answer `identified`. */
  | { readonly type: "identify"; readonly clusterId: string; readonly keyId: string }
  /** The peer proved its identity. Take the lease, end any other session of the cluster; answer `admitted` or `refused`. */
  | { readonly type: "admit"; readonly hello: HelloFrame }
  /** The session is open. */
  | {
      readonly type: "sessionOpen";
      readonly hello: HelloFrame;
      readonly capabilities: readonly string[];
      readonly downgraded: readonly string[];
    }
  /** Read at most `limit` rows after the position; answer `changesLoaded`. */
  | { readonly type: "loadChanges"; readonly after: BundlePosition; readonly limit: number }
  /** Read the live manifest; answer `manifestLoaded`. */
  | { readonly type: "loadManifest" }
  /** Read bodies by digest; answer `bodiesLoaded`. */
  | { readonly type: "loadBodies"; readonly digests: readonly DigestHex[] }
  /** Stage `sent`: all that moves the cluster to `through` was handed to the socket. */
  | { readonly type: "sent"; readonly through: Revision }
  /** The connector keeps its bundle at `through` on disk; tombstones up to there need not be kept for it. */
  | { readonly type: "acked"; readonly through: Revision }
  /** Stage `applied`: store it, under the lease's fencing token. */
  | { readonly type: "clusterState"; readonly state: ClusterStateFrame }
  /** Stage `proxied`: store it, under the lease's fencing token. */
  | { readonly type: "nodeStates"; readonly state: NodeStatesFrame }
  /** Read the digest of the cluster's facts, after all `storeFacts` before; answer `factsLoaded`. */
  | { readonly type: "loadFacts" }
  /** Store facts under the lease's fencing token, one after the other in this order; answer `factsStored`. */
  | { readonly type: "storeFacts"; readonly facts: FactsFrame }
  /** The object is larger than a frame and was left out; report it as rejected. */
  | { readonly type: "unsendable"; readonly key: BundleKey; readonly revision: Revision; readonly sizeBytes: number }
  /** The connector sent its inventory; this many objects and tombstones differ. */
  | { readonly type: "resynced"; readonly upserts: number; readonly tombstones: number }
  /** The connector is ahead of the database: a backup was restored without a new epoch. Raise the epoch. */
  | { readonly type: "revisionAhead"; readonly holds: Revision; readonly revision: Revision }
  /** The session is over; give the lease back. Comes exactly once, last. */
  | { readonly type: "ended"; readonly code: ErrorCode; readonly reason: string };

export interface HubSessionOptions {
  /** Default {@link DEFAULT_LIMITS}. */
  readonly limits?: TunnelLimits;
  /** Default {@link DEFAULT_HEARTBEAT_MS}. */
  readonly heartbeatMs?: number;
  /** How often a quiet session compares digests, in milliseconds. Default five minutes. */
  readonly digestIntervalMs?: number;
  /** How often a session looks at the database without a hint, in milliseconds. Default 30 seconds. */
  readonly pollIntervalMs?: number;
  /** Rows and bodies asked for at once. Default 500. */
  readonly pageSize?: number;
  /** What this hub can do. Default {@link CAPABILITIES}. */
  readonly capabilities?: readonly string[];
}
