export type {
  AckedEvent,
  AdsEvent,
  AdsStep,
  DeltaRequest,
  DeltaResponse,
  NackedEvent,
  RemovedEvent,
} from "./ads-messages.ts";
export { AdsSession, type AdsSessionOptions } from "./ads-session.ts";
export { refKey } from "./ref-key.ts";
export { type CacheEntry, type CacheListener, type Need, ResourceCache } from "./resource-cache.ts";
export { XdsServer, type XdsServerOptions } from "./xds-server.ts";
