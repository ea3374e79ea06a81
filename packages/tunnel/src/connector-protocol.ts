import type { ErrorCode, MeshError, Revision } from "@fairlead/core";
import type { BundlePlan } from "./bundle.ts";
import type {
  BundleKey,
  ClusterStateFrame,
  ConnectorFrame,
  DataPlane,
  DigestHex,
  HubFrame,
  NodeStatesFrame,
  WelcomeFrame,
} from "./frame.ts";

/** Who a connector is. */
export interface ConnectorIdentity {
  /** Undefined until it is enrolled. */
  readonly clusterId: string | undefined;
  /** One-time token; needed while there is no cluster id. */
  readonly joinToken: string | undefined;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Random id of the state folder. */
  readonly instance: string;
  /** Random id of this run of the process. */
  readonly process: string;
  /** UID of the namespace `kube-system`. */
  readonly clusterUid: string;
  readonly connectorVersion: string;
  /** Kinds the API server serves, as `group/version/Kind`. */
  readonly serves: readonly string[];
  /** What serves in the cluster; undefined: nothing is said of it. */
  readonly dataPlane?: DataPlane | undefined;
}

/** What happens to a connector session. */
export type ConnectorEvent =
  /** The socket is open. */
  | { readonly type: "opened" }
  /** A frame came and `decodeHubFrame` read it. */
  | { readonly type: "received"; readonly frame: HubFrame }
  /** A message came that could not be read. */
  | { readonly type: "invalid"; readonly error: MeshError }
  /** Answers `sign`: the Ed25519 signature. */
  | { readonly type: "signed"; readonly signature: Uint8Array }
  /** Answers `persist`: the plan is on disk and committed to the bundle. */
  | { readonly type: "persisted"; readonly plan: BundlePlan }
  /** Something to tell the hub; dropped unless the session is open, because opening asks for all of it anew. */
  | { readonly type: "report"; readonly frame: ClusterStateFrame | NodeStatesFrame }
  /** The book holds all that is known of the cluster; from now on only changes come. Told once in a session's life. */
  | { readonly type: "factsReady" }
  /** These facts changed in the book. Changes that come together should be told together. */
  | { readonly type: "factsChanged"; readonly keys: readonly BundleKey[] }
  /** The process stops. */
  | { readonly type: "stop"; readonly reason: string }
  /** Time passed. Due at least every quarter of a heartbeat. */
  | { readonly type: "tick" }
  /** The socket is gone. */
  | { readonly type: "disconnected" };

/** What a connector session wants done, in this order. */
export type ConnectorEffect =
  | { readonly type: "send"; readonly frame: ConnectorFrame }
  /** Close the socket once what was sent is out. */
  | { readonly type: "close" }
  /** Keep the cluster id on disk before the next effect. */
  | { readonly type: "saveClusterId"; readonly clusterId: string }
  /** Sign the nonce for this cluster id; answer `signed`. */
  | { readonly type: "sign"; readonly nonce: Uint8Array; readonly clusterId: string }
  /** The session is open: report complete cluster and node states. */
  | { readonly type: "sessionOpen"; readonly welcome: WelcomeFrame }
  /** Commit the plan to the bundle, put it on disk, apply what changed; answer `persisted` once the disk has it. */
  | { readonly type: "persist"; readonly plan: BundlePlan }
  /** The bundle differs from the hub's; the inventory is on its way. For log and metrics. */
  | {
      readonly type: "resync";
      readonly reason: "asked" | "digest" | "gap";
      readonly through: Revision;
      readonly ours: DigestHex;
      readonly theirs: DigestHex | undefined;
    }
  /** The session is over. Comes exactly once, last. `retryAfterMs` 0 leaves the delay to the back-off. */
  | {
      readonly type: "ended";
      readonly code: ErrorCode | string;
      readonly reason: string;
      readonly retryAfterMs: number;
    };
