import type { Revision } from "@fairlead/core";

/** Content digest of an object or manifest: 32 bytes as lower-case hex; the empty text when unknown. */
export type DigestHex = string;

/** `<group>/<Kind>/<namespace>/<name>`. */
export type BundleKey = string;

/** Registers a key pair made in the cluster. Idempotent for the same token and key. */
export interface EnrollFrame {
  readonly type: "enroll";
  readonly joinToken: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** UID of the namespace `kube-system`. */
  readonly clusterUid: string;
  readonly connectorVersion: string;
}

/** The id the cluster got. */
export interface EnrolledFrame {
  readonly type: "enrolled";
  readonly clusterId: string;
}

/**
 * What serves in a cluster, as its chart was told: what operator and agents go by, so that the cloud reads the cluster's
 * objects as they do. It is kept and shown as it is, so what is absent is null.
 */
export interface DataPlane {
  /** `bundled`: Fairlead's own operator, agents and Envoy. `cilium`: a Cilium; then no node reports. */
  readonly kind: "bundled" | "cilium";
  /** The classes named `cilium` are answered for besides those named `fairlead`. */
  readonly ciliumClasses: boolean;
  /** What an Ingress does when its annotations say nothing. */
  readonly ingress: { readonly forceHttps: boolean; readonly loadBalancerMode: "shared" | "dedicated" };
  /** Namespaces whose Secrets may be read; null: all. */
  readonly secretNamespaces: readonly string[] | null;
  /** Who listens on the nodes' own addresses, and on which nodes; null: on the addresses in their status. */
  readonly hostNetwork: {
    readonly gateways: NodeListeners | null;
    readonly ingresses: (NodeListeners & { readonly sharedListenerPort: number }) | null;
    /** Where every node's Envoy has its metrics; no listener gets this port. */
    readonly envoyMetricsPort: number;
  };
}

/** Listeners on nodes' own addresses. */
export interface NodeListeners {
  /** Labels of the nodes that listen; none: all do. */
  readonly matchLabels: Readonly<Record<string, string>>;
}

/** Who the connector is, what it can do and what it holds. */
export interface HelloFrame {
  readonly type: "hello";
  readonly clusterId: string;
  readonly keyId: string;
  readonly connectorVersion: string;
  readonly capabilities: readonly string[];
  /** The revision its bundle is at; 0.0 when it holds none. */
  readonly holds: Revision;
  readonly digest: DigestHex;
  /** Random id of this installation's state folder. */
  readonly instance: string;
  /** Random id of this run of the connector; empty when it is too old to say. */
  readonly process: string;
  readonly clusterUid: string;
  /** Kinds the API server serves, as `group/version/Kind`. */
  readonly serves: readonly string[];
  /** The bundle cannot be trusted (cache lost): no delta may come before the inventory. */
  readonly resync: boolean;
  /** What serves in the cluster; undefined when the connector is too old to say, or says what is not known here. */
  readonly dataPlane: DataPlane | undefined;
}

/** 32 random bytes to sign. */
export interface ChallengeFrame {
  readonly type: "challenge";
  readonly nonce: Uint8Array;
}

/** Ed25519 signature, 64 bytes, over what `proofMessage` gives. */
export interface ProofFrame {
  readonly type: "proof";
  readonly signature: Uint8Array;
}

/** Bounds both ends keep. */
export interface TunnelLimits {
  /** Largest message, in bytes. */
  readonly maxFrameBytes: number;
  /** Messages per second the connector may send, averaged over ten seconds. */
  readonly framesPerSecond: number;
  /** Deltas the hub may have unacknowledged. */
  readonly window: number;
}

/** The session is open. */
export interface WelcomeFrame {
  readonly type: "welcome";
  readonly heartbeatMs: number;
  readonly limits: TunnelLimits;
  /** Capabilities both ends have. */
  readonly capabilities: readonly string[];
  /** Capabilities only one end has. */
  readonly downgraded: readonly string[];
  /** The hub's revision of the bundle. */
  readonly revision: Revision;
  /** The connector must send its inventory; no delta comes before it. */
  readonly resync: boolean;
}

/** One object of a manifest. */
export interface ManifestEntry {
  readonly key: BundleKey;
  readonly digest: DigestHex;
  readonly revision: Revision;
}

/** A chunk of everything the connector holds. */
export interface InventoryFrame {
  readonly type: "inventory";
  /** Numbers the inventories of a connection, from 1; a new one abandons the one before. */
  readonly sync: number;
  readonly entries: readonly ManifestEntry[];
  readonly last: boolean;
}

/** An object as it should be. */
export interface Upsert extends ManifestEntry {
  /** Id of the intent it came from. */
  readonly intent: string;
  /** The Kubernetes object as JSON. */
  readonly body: Uint8Array;
}

/** An object that should not be. */
export interface Tombstone {
  readonly key: BundleKey;
  readonly revision: Revision;
}

/** What changed after `from`; the last delta of a batch moves the connector to `through`. */
export interface DeltaFrame {
  readonly type: "delta";
  readonly seq: number;
  readonly from: Revision;
  readonly through: Revision;
  readonly upserts: readonly Upsert[];
  readonly tombstones: readonly Tombstone[];
  readonly last: boolean;
  /** Number of the inventory this answers; 0 for an ordinary change. */
  readonly sync: number;
}

/** The delta is on the connector's disk. Says nothing about the API server. */
export interface AckFrame {
  readonly type: "ack";
  readonly seq: number;
  /** The revision the connector's bundle is at. */
  readonly through: Revision;
}

/** Stage an object got stuck at. */
export type ExceptionStage = "applied" | "proxied";

/** An object that a watermark passed without it being there. */
export interface StageException {
  readonly key: BundleKey;
  readonly revision: Revision;
  readonly stage: ExceptionStage;
  /** `rejected`: refused for the given reason. `pending`: neither there nor refused for a long while. */
  readonly state: "rejected" | "pending";
  /** Closed code, such as `foreign_object` or `invalid`. */
  readonly reason: string;
  /** Dotted path inside the object; may be empty. */
  readonly field: string;
  readonly message: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** How far the API server is. */
export interface ClusterStateFrame {
  readonly type: "clusterState";
  /** Everything up to here is applied, except the exceptions. */
  readonly applied: Revision;
  readonly set: readonly StageException[];
  readonly clear: readonly BundleKey[];
  /** `set` replaces everything said before. */
  readonly complete: boolean;
  readonly at: number;
}

/** How far one node is. */
export interface NodeState {
  readonly node: string;
  /** Everything placed here up to this revision is proxied, except the exceptions; undefined while unknown. */
  readonly watermark: Revision | undefined;
  /** Since when nothing is known of the node, in milliseconds since the Unix epoch; undefined while it reports. */
  readonly unknownSince: number | undefined;
  readonly set: readonly StageException[];
  readonly clear: readonly BundleKey[];
  /** `set` replaces everything said before of this node. */
  readonly complete: boolean;
  /** The node is no longer part of the cluster. */
  readonly removed: boolean;
  readonly at: number;
}

/** States of the nodes that changed. */
export interface NodeStatesFrame {
  readonly type: "nodeStates";
  readonly nodes: readonly NodeState[];
  /** `names` lists every node of the cluster; all others are gone. States may follow in further frames. */
  readonly complete: boolean;
  /** Empty unless `complete`. */
  readonly names: readonly string[];
}

/** The manifest at `through`; a connector that is there and differs sends its inventory. */
export interface DigestFrame {
  readonly type: "digest";
  readonly through: Revision;
  readonly digest: DigestHex;
}

export interface PingFrame {
  readonly type: "ping";
  readonly id: number;
}

export interface PongFrame {
  readonly type: "pong";
  readonly id: number;
}

/** Why an end closes. */
export interface GoodbyeFrame {
  readonly type: "goodbye";
  /** One of core's error codes. */
  readonly code: string;
  readonly reason: string;
  /** When to come back; 0 leaves it to the connector's own back-off. */
  readonly retryAfterMs: number;
}

/** The connector knows its cluster and could tell of it. */
export interface FactsOfferFrame {
  readonly type: "factsOffer";
}

/** How much of a cluster may be kept. */
export interface FactsQuota {
  readonly objects: number;
  readonly bytes: number;
}

/** What is stored of the cluster. Starts a round: facts of an earlier one no longer count. */
export interface FactsHeadFrame {
  readonly type: "factsHead";
  readonly round: number;
  /** Digest that the connector gave of what it had told; the empty text when a resend is needed. */
  readonly digest: DigestHex;
  readonly quota: FactsQuota;
}

/** Something a cluster is known to have. */
export interface Fact {
  readonly key: BundleKey;
  /** JSON text. */
  readonly body: string;
}

/** Facts that changed, or, with `range`, everything in a range of keys. */
export interface FactsFrame {
  readonly type: "facts";
  readonly round: number;
  /** From 1 in every round. */
  readonly seq: number;
  readonly upserts: readonly Fact[];
  readonly removals: readonly BundleKey[];
  /** Keys after `after` and not after `through`; undefined: up to the last. */
  readonly range: { readonly after: string; readonly through: string | undefined } | undefined;
  /** Digest of all that was told with this; the empty text while everything is told anew. */
  readonly digest: DigestHex;
  /** Facts that do not fit, by kind. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** The facts are stored, or refused because they are too many: then no more are taken. */
export interface FactsAckFrame {
  readonly type: "factsAck";
  readonly round: number;
  readonly seq: number;
  readonly refused: boolean;
}

/** What a connector may send. */
export type ConnectorFrame =
  | EnrollFrame
  | HelloFrame
  | ProofFrame
  | InventoryFrame
  | AckFrame
  | ClusterStateFrame
  | NodeStatesFrame
  | FactsOfferFrame
  | FactsFrame
  | PingFrame
  | PongFrame
  | GoodbyeFrame;

/** What a hub may send. */
export type HubFrame =
  | EnrolledFrame
  | ChallengeFrame
  | WelcomeFrame
  | DeltaFrame
  | DigestFrame
  | FactsHeadFrame
  | FactsAckFrame
  | PingFrame
  | PongFrame
  | GoodbyeFrame;

/** One message of the tunnel. */
export type Frame = ConnectorFrame | HubFrame;
