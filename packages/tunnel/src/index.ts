export { Bundle, type BundleEntry, type BundleObject, type BundlePlan } from "./bundle.ts";
export { type CollectedChange, Collector, type CollectorOptions } from "./collector.ts";
export type { ConnectorEffect, ConnectorEvent, ConnectorIdentity } from "./connector-protocol.ts";
export { ConnectorSession, type ConnectorSessionOptions } from "./connector-session.ts";
export {
  CERTIFICATE_KEY_PREFIX,
  CertificateCollector,
  type ClusterCertificate,
  type NodeCertificate,
} from "./facts/certificates.ts";
export {
  DRIFT_KEY_PREFIX,
  type Drift,
  type DriftField,
  type DriftPolicy,
  driftKey,
  MAX_DRIFT_FIELDS,
} from "./facts/drift.ts";
export { FactBook } from "./facts/fact-book.ts";
export type * from "./frame.ts";
export { decodeConnectorFrame, decodeHubFrame } from "./frame-decode.ts";
export { encodeFrame } from "./frame-encode.ts";
export type {
  BundleChange,
  BundlePosition,
  BundleRow,
  HubEffect,
  HubEvent,
  HubSessionOptions,
} from "./hub-protocol.ts";
export { HubSession } from "./hub-session.ts";
export {
  CAPABILITIES,
  DEFAULT_FACTS_QUOTA,
  DEFAULT_HEARTBEAT_MS,
  DEFAULT_LIMITS,
  DIGEST_INTERVAL_MS,
  NO_REVISION,
  TUNNEL_PATH,
  TUNNEL_SUBPROTOCOL,
} from "./limits.ts";
export { EMPTY_MANIFEST_DIGEST, ManifestDigest, manifestDigest } from "./manifest-digest.ts";
export {
  NODE_REPORT_INTERVAL_MS,
  NODE_REPORT_MAX_BYTES,
  NODE_REPORT_PATH,
  type NodeObjectReport,
  type NodeReport,
  type NodeReportAnswer,
  type NodeReportBody,
  parseNodeReport,
} from "./node-report.ts";
export { keyId, proofMessage, rawPublicKey, signProof, verifyProof } from "./proof.ts";
export type { StageReason } from "./stage-tracker.ts";
export { clusterStateFrames, nodeStatesFrames } from "./state-frames.ts";
