export { type ClusterParts, proxiedOf, stateOfAll, stateOfCluster, summaryOf } from "./convergence-state.ts";
export { CONNECTOR_POLICY_NAME, type ConnectorPolicySpec, connectorPolicySpec } from "./crds/connector-policy.ts";
export { customResourceDefinitions } from "./crds/custom-resource-definitions.ts";
export { describeProblem, fieldProblems, formatPath, type RequestPart, validationError } from "./field-problems.ts";
export {
  type AnyId,
  type ClusterId,
  type GatewayId,
  type GrpcRouteId,
  type HttpRouteId,
  ID_KINDS,
  type Id,
  type IdKind,
  type IngressId,
  idFromUuid,
  idKind,
  idSchema,
  isId,
  type JoinTokenId,
  newId,
  type OrganizationId,
  type ProjectId,
  type TokenId,
  uuidFromId,
} from "./ids.ts";
export { isJsonObject, isJsonValue, type JsonObject, type JsonValue } from "./json.ts";
export { openApiDocument } from "./openapi.ts";
export {
  fromProblem,
  MAX_BODY_BYTES,
  PROBLEM_MEDIA_TYPE,
  PROBLEM_STATUS,
  PROBLEM_TITLE,
  type Problem,
  problemSchema,
  problemType,
  toProblem,
} from "./problem.ts";
export type { Certificate, Certificates } from "./routes/certificates/schema.ts";
export type { DataPlane } from "./routes/clusters/data-plane.ts";
export {
  type Cluster,
  type ClusterCondition,
  type ClusterInput,
  type ConnectionState,
  clusterInput,
  clusterSchema,
} from "./routes/clusters/schema.ts";
export {
  type ClusterConvergence,
  type ClusterRollUp,
  type Condition,
  type Convergence,
  type ConvergenceException,
  type ConvergenceStage,
  type ConvergenceState,
  convergenceSchema,
  type NodeConvergence,
  type RollUp,
  rollUpSchema,
} from "./routes/convergence/schema.ts";
export type { ClusterDrift, Drift } from "./routes/drift/schema.ts";
export { type EventData, type EventName, eventSchemas, type ServerEvent } from "./routes/events/schema.ts";
export { routes } from "./routes/index.ts";
export { type IntentResource, intentRoutes } from "./routes/intents/routes.ts";
export {
  type Deleted,
  type DriftPolicy,
  type Intent,
  type IntentInput,
  intentInputSchema,
  type Placement,
  type Plan,
  placementSchema,
  planSchema,
} from "./routes/intents/schema.ts";
export type { JoinToken, JoinTokenCreated } from "./routes/join-tokens/schema.ts";
export type { Organization } from "./routes/organizations/schema.ts";
export { FINDINGS, type FindingCode } from "./routes/plans/finding-codes.ts";
export {
  type AppliedPlan,
  MAX_PLAN_CHANGES,
  type PlanChange,
  type PlanChangeInput,
  type PlanFinding,
  type ProjectPlan,
  planApplyInput,
  planChangeSchema,
  projectPlanSchema,
} from "./routes/plans/schema.ts";
export { type Grant, grantSchema, type Project, type ProjectInput, projectInput } from "./routes/projects/schema.ts";
export type { RevisionDetail, RevisionEntry } from "./routes/revisions/schema.ts";
export type { RouteMatch, RouteMatchInput } from "./routes/route-match/schema.ts";
export type { Whoami } from "./routes/service/routes.ts";
export type { Token, TokenCreated } from "./routes/tokens/schema.ts";
export type { Topology, TopologyNode } from "./routes/topology/schema.ts";
export {
  INTENT_ID_PREFIX,
  type IntentId,
  type IntentIdKind,
  type IntentKind,
  isIntentId,
  isIntentKind,
} from "./schemas/intent-kind.ts";
export {
  formatLabelSelector,
  type LabelSelector,
  type Labels,
  labelSelector,
  matchesSelector,
  parseLabelSelector,
} from "./schemas/label-selector.ts";
export type { ObjectReference } from "./schemas/object-reference.ts";
export { etagOf, readIfMatch } from "./schemas/writing.ts";
export { gatewaySpec } from "./specs/gateway-spec.ts";
export { grpcRouteSpec } from "./specs/grpc-route-spec.ts";
export { httpRouteSpec } from "./specs/http-route-spec.ts";
export { ingressSpec } from "./specs/ingress-spec.ts";
export { nearest, unknownField } from "./strict-object.ts";
