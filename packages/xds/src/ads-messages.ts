import type { EnvoyResource, ResourceKey } from "@fairlead/envoy";

/** A `DeltaDiscoveryRequest`, as far as it matters. */
export interface DeltaRequest {
  readonly typeUrl: string;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** What Envoy holds from an earlier stream, by name; only in the first request of a type. */
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Nonce of the response this answers; empty when it answers none. */
  readonly nonce: string;
  /** Why that response was rejected; absent: it was accepted. */
  readonly error?: string;
}

/** A `DeltaDiscoveryResponse`. */
export interface DeltaResponse {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly resources: readonly EnvoyResource[];
  readonly removed: readonly string[];
}

/** What Envoy said about a resource. */
export type AdsEvent = AckedEvent | RemovedEvent | NackedEvent;

/** Envoy holds this version. */
export interface AckedEvent extends ResourceKey {
  readonly type: "acked";
  readonly version: string;
}

/** Envoy no longer holds the resource. */
export interface RemovedEvent extends ResourceKey {
  readonly type: "removed";
}

/** Envoy refused this version and keeps the one it had, if any. It is not sent again on this stream until it changes. */
export interface NackedEvent extends ResourceKey {
  readonly type: "nacked";
  readonly version: string;
  /** Envoy's own words. */
  readonly message: string;
  readonly sources: EnvoyResource["sources"];
}

/** What one step of a session gives: messages for Envoy, in order, and what was learned. */
export interface AdsStep {
  readonly responses: readonly DeltaResponse[];
  readonly events: readonly AdsEvent[];
}
