export { applyFacts, confirmFacts, type FactsChange, type FactsOutcome } from "./apply-facts.ts";
export {
  type BundleHead,
  type BundleRow,
  readBundlePage,
  readLiveManifest,
  readObjectsByDigest,
  renderedTo,
} from "./bundle-pages.ts";
export { type BundlePlace, lastChanges, type ObjectSource, placesOf, sourcesOf } from "./bundle-places.ts";
export { type BundleEntry, type BundleObject, dropTombstones } from "./bundles.ts";
export { type Claim, listClaims, placeOnCluster } from "./claims.ts";
export {
  type CloneReason,
  type ClusterClone,
  clonesOf,
  recordClone,
  type SharedCluster,
  sharedClusters,
} from "./cluster-clones.ts";
export {
  allClusters,
  type Cluster,
  type ClusterInput,
  confirmCluster,
  createCluster,
  deleteCluster,
  getCluster,
  listClusters,
  revokeCluster,
  rotateClusterKey,
  setClusterServed,
  updateCluster,
} from "./clusters.ts";
export { clustersById } from "./clusters-by-id.ts";
export { type Channel, type Database, type DatabaseOptions, openDatabase, type Subscription } from "./database.ts";
export {
  type ClusterFact,
  type FactsHead,
  factsAt,
  factsHead,
  factsHeads,
  factsSince,
  factsWithPrefix,
  listFacts,
} from "./facts.ts";
export {
  allIntents,
  createIntent,
  deleteIntent,
  getIntent,
  type Intent,
  type IntentInput,
  type IntentRef,
  listIntents,
  type NewIntent,
  projectsOf,
  updateIntent,
} from "./intents.ts";
export { createJoinToken, deleteJoinToken, type JoinToken, listJoinTokens } from "./join-tokens.ts";
export type { Labels } from "./labels.ts";
export {
  acquireLease,
  type Lease,
  leaseHolder,
  lockSocket,
  noteOusted,
  type Ousting,
  releaseLease,
  type SocketBefore,
} from "./leases.ts";
export { readManifestDigests, writeManifestDigests } from "./manifest-digests.ts";
export { type Login, type MigrateOptions, migrate, runtimeUrl } from "./migrate.ts";
export { getOrganization, type Organization, renameOrganization } from "./organizations.ts";
export type { OutboxEvent } from "./outbox.ts";
export type { Page, PageRequest } from "./pages.ts";
export {
  type ClaimGroup,
  claimGroups,
  factsNamed,
  factsOf,
  foreignFacts,
  headRevision,
  intentsAt,
  intentsForPorts,
  intentsIn,
  intentsNamed,
  type Movement,
  movementsSince,
  type ObjectName,
  type PlanDependencies,
  projectNames,
  reportingClusters,
  type SharedFact,
} from "./planning.ts";
export {
  createProject,
  deleteProject,
  type Grant,
  getProject,
  listProjects,
  type Project,
  type ProjectInput,
  updateProject,
} from "./projects.ts";
export type { QueueStore, ReceiveOptions, StoredMessage } from "./queue-store.ts";
export { finishRenderWork, type RenderResult, type RenderWork, takeRenderWork } from "./rendering.ts";
export {
  changesAfter,
  getRevision,
  listRevisions,
  type RevisionDetail,
  type RevisionEntry,
  type RevisionHead,
  type SubjectId,
} from "./revisions.ts";
export { type StageTime, stageTimes } from "./stage-times.ts";
export {
  type ClusterState,
  clusterStates,
  type NodeState,
  nodeStates,
  type ObjectProblem,
  type ProgressReport,
  recordNodes,
  recordProgress,
  type Stage,
} from "./state.ts";
export type { ClusterIdentity, HeldLease, JoinRequest, SystemDoor } from "./system-door.ts";
export { createToken, getToken, listTokens, revokeToken, type Token } from "./tokens.ts";
export type { TenantTransaction, TransactionOptions, WriteTransaction } from "./transaction.ts";
export { type IntentId, type IntentKind, isIntentId } from "./values.ts";
