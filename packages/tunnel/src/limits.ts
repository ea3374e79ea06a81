import type { Revision } from "@fairlead/core";
import type { FactsQuota, TunnelLimits } from "./frame.ts";

/** WebSocket subprotocol of the tunnel. */
export const TUNNEL_SUBPROTOCOL = "fairlead.v1";

/** Path of the tunnel on the cloud's host. */
export const TUNNEL_PATH = "/v1/tunnel";

/** What a hub grants unless it is told otherwise. */
export const DEFAULT_LIMITS: TunnelLimits = { maxFrameBytes: 256 * 1024 - 1, framesPerSecond: 500, window: 16 };

/** How often each end says it is alive, in milliseconds. */
export const DEFAULT_HEARTBEAT_MS = 10_000;

/** An end that was silent for this many heartbeats is dead. */
export const DEAD_AFTER_HEARTBEATS = 2.5;

/** How long each end waits for the other during the handshake, in milliseconds. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How often the hub sends the manifest digest on a quiet session, in milliseconds. */
export const DIGEST_INTERVAL_MS = 5 * 60_000;

/** Largest number of entries in one list of a frame, against frames that are all headers. */
export const MAX_LIST_ENTRIES = 20_000;

/** Capabilities this version of the protocol knows. */
export const CAPABILITIES: readonly string[] = ["delta", "facts", "node-state", "resync"];

/** The revision of a bundle that nobody ever sent. */
export const NO_REVISION: Revision = { epoch: 0, n: 0 };

/** What may be kept of a cluster unless the hub is told otherwise. */
export const DEFAULT_FACTS_QUOTA: FactsQuota = { objects: 50_000, bytes: 64 * 1024 * 1024 };

/** Messages with facts that may be under way unacknowledged. */
export const FACTS_WINDOW = 4;

/** How often a connector confirms facts that do not change, in milliseconds. */
export const FACTS_CONFIRM_MS = 60_000;
