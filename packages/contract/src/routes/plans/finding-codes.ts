/**
 * What a plan can find, by stable code; a code may be added, never renamed. Each stands for one cause and has one
 * severity. The API's schema is made from this list, the table in the README of `packages/intent` is held to it.
 */
export const FINDINGS = {
  route_shadowed: { severity: "warning", means: "a match never wins: another one takes all its requests" },
  hostname_shared: { severity: "warning", means: "a host is served by routes or Ingresses of two owners" },
  parent_not_found: { severity: "error", means: "a parent reference names a Gateway that is not there" },
  parent_not_served: { severity: "warning", means: "the parent is not a Gateway that Fairlead serves" },
  no_parent: { severity: "warning", means: "a route names no parent, so that nothing serves it" },
  listener_not_found: { severity: "error", means: "the parent has no listener of that name or port" },
  listener_not_allowed: { severity: "error", means: "the listener does not take routes of this kind or namespace" },
  hostname_not_matched: { severity: "error", means: "no hostname of the route is one of the listener's" },
  hostname_conflict: { severity: "error", means: "an older route of the other kind has the hostname at this listener" },
  rule_unsupported: { severity: "error", means: "a rule cannot be carried out as written" },
  backend_not_found: { severity: "error", means: "a backend names a Service or port that the cluster does not have" },
  backend_unsupported: { severity: "error", means: "a backend is of a kind or protocol that cannot be used" },
  reference_not_granted: { severity: "error", means: "no ReferenceGrant allows a reference to another namespace" },
  reference_unchecked: { severity: "info", means: "the cluster has not reported what it holds" },
  secret_unchecked: { severity: "info", means: "no node has told of a Secret yet, so that it cannot be checked here" },
  secret_not_found: { severity: "error", means: "a certificate is taken from a Secret that the cluster does not have" },
  secret_not_readable: { severity: "error", means: "a certificate is in a namespace whose Secrets may not be read" },
  certificate_unusable: { severity: "error", means: "a Secret holds no certificate that can be served" },
  certificate_expired: { severity: "error", means: "a certificate's time is over" },
  certificate_expiring: { severity: "warning", means: "a certificate's time is over soon" },
  class_not_found: { severity: "error", means: "the cluster has no GatewayClass or IngressClass of that name" },
  class_not_served: { severity: "warning", means: "the class belongs to another controller" },
  listener_invalid: { severity: "error", means: "a listener cannot be served as written" },
  port_unavailable: { severity: "error", means: "a port of the nodes is an older object's, or a program's of theirs" },
  routes_detached: { severity: "warning", means: "routes lose a parent" },
  envoy_refuses: { severity: "error", means: "Envoy would refuse a value" },
  foreign_object: { severity: "error", means: "the cluster has an object of the name that is not from Fairlead" },
  kind_not_served: { severity: "error", means: "the cluster's API server does not serve the kind" },
  cluster_disconnected: { severity: "warning", means: "the cluster's connector is not connected" },
  not_placed: { severity: "warning", means: "the placement selects no cluster" },
  namespace_not_granted: { severity: "warning", means: "a selected cluster where the project lacks the namespace" },
  object_held: { severity: "warning", means: "another intent has the object; this one waits for it" },
} as const satisfies Readonly<Record<string, { severity: "error" | "warning" | "info"; means: string }>>;

/** A code of {@link FINDINGS}. */
export type FindingCode = keyof typeof FINDINGS;

/** Every code, in the order of {@link FINDINGS}. */
export const FINDING_CODES: readonly FindingCode[] = Object.keys(FINDINGS).filter(isFindingCode);

function isFindingCode(text: string): text is FindingCode {
  return text in FINDINGS;
}
