export { canonicalJson } from "./canonical.ts";
export { type Claim, type Conflict, conflicts } from "./conflicts.ts";
export { diff, type FieldChange } from "./diff.ts";
export { digest } from "./digest.ts";
export { type Grant, isGranted, notGranted } from "./grants.ts";
export { apiVersionFor, KINDS, type KindInfo } from "./kinds.ts";
export { objectKey } from "./object-key.ts";
export { placedOn } from "./placement.ts";
export { factKeys } from "./plan/fact-names.ts";
export {
  INGRESS_PARENT,
  type ListenerHosts,
  listenerHosts,
  meetingPlaces,
  type Place,
  parentsOf,
} from "./plan/places.ts";
export { contentOf, type PlanOptions, planChanges, planInSteps } from "./plan/plan-changes.ts";
export { wantsSharedPort } from "./plan/ports.ts";
export type * from "./plan/types.ts";
export { INTENT_ANNOTATION, MANAGED_BY, REVISION_ANNOTATION, render, withRevision } from "./render.ts";
export type {
  Intent,
  IntentKind,
  Json,
  Labels,
  Placement,
  RenderedObject,
  Rendering,
  TargetCluster,
} from "./types.ts";
