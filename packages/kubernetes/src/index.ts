export {
  apiError,
  isAlreadyExists,
  isConflict,
  isExpired,
  isFieldConflict,
  isForbidden,
  isNotFound,
  statusOf,
} from "./api-errors.ts";
export {
  type AppliedObject,
  type ApplyOptions,
  type DeleteOptions,
  KubernetesClient,
  type KubernetesClientOptions,
  type ListOptions,
  type ListResult,
  type ObjectReference,
  type RequestOptions,
  type Selection,
  type WatchOptions,
  type WriteOptions,
} from "./client.ts";
export {
  type ConditionUpdate,
  findCondition,
  isConditionTrue,
  setCondition,
  setConditions,
  timestamp,
} from "./conditions.ts";
export type { Connection } from "./connection.ts";
export { Controller, type ControllerOptions, type ControllerWatch, watches } from "./controller.ts";
export {
  fromKubeconfig,
  inCluster,
  type LoadConnectionOptions,
  loadConnection,
  parseKubeconfig,
} from "./kubeconfig.ts";
export { LeaderElector, type LeaderElectorOptions } from "./leader-elector.ts";
export { Reflector, type ReflectorOptions } from "./reflector.ts";
export { defineResource, findResource, type ResourceType, resourcePath, resources } from "./resource-type.ts";
export { type IndexFunction, Store, type StoreChange, type StoreOptions } from "./store.ts";
export { type UntilListedOptions, untilListed } from "./until-listed.ts";
export type { WatchEvent } from "./watch-event.ts";
export { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
