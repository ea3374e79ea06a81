import type { DataPlane, FindingCode } from "@fairlead/contract";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import type { FieldChange } from "../diff.ts";
import type { Grant } from "../grants.ts";
import type { Intent, IntentKind, RenderedObject, TargetCluster } from "../types.ts";

/** One change of a plan, with what is stored of its intent now. */
export interface PlannedChange {
  readonly kind: IntentKind;
  readonly namespace: string;
  readonly name: string;
  /** The intent as it is stored in the plan's project; undefined when there is none. */
  readonly before: KnownIntent | undefined;
  /** The intent as it would be; undefined for a deletion. Its `id` is that of `before`, or empty for a new one. */
  readonly after: Intent | undefined;
}

/** A stored intent with what precedence and people ask of it. */
export interface KnownIntent {
  readonly intent: Intent;
  /** Id of its project. */
  readonly project: string;
  /** RFC 3339 with whole seconds: the age its objects have, as far as the cloud can know. */
  readonly created: string;
}

/** A stored intent's place in clusters. */
export interface KnownClaim {
  readonly intent: string;
  readonly cluster: string;
  readonly held: boolean;
  /** When it first asked for its object there. */
  readonly since: { readonly epoch: number; readonly n: number };
}

/** A cluster a plan may land on. */
export interface PlanTarget extends TargetCluster {
  readonly name: string;
  /** How its connector is; `never`: no connector has joined yet. */
  readonly connection: "connected" | "disconnected" | "never";
  /** RFC 3339: when its connector was last heard. */
  readonly seenAt?: string | undefined;
  /** What serves there; undefined when its connector has not said. */
  readonly dataPlane?: DataPlane | undefined;
}

/** A trimmed object that a cluster has reported, with the clusters that hold it in these very words. */
export interface KnownFact {
  readonly object: KubernetesObject;
  readonly clusters: readonly string[];
}

/** How a certificate is; `absent`: there is no such Secret. */
export type CertificateState = "valid" | "expiring" | "expired" | "unusable" | "absent";

/** What nodes have told of the certificate in a Secret. */
export interface KnownCertificate {
  /** `<namespace>/<name>`. */
  readonly secret: string;
  readonly state: CertificateState;
  /** What is wrong, in words that follow the Secret's name. */
  readonly message: string;
  readonly clusters: readonly string[];
}

/** Everything a plan is computed from: one moment of an organization, as far as the changes can touch it. */
export interface PlanBasis {
  /** Id of the project that makes the changes. */
  readonly project: string;
  readonly grants: readonly Grant[];
  readonly changes: readonly PlannedChange[];
  /** Every cluster of the organization. */
  readonly clusters: readonly PlanTarget[];
  /** Stored intents besides those in `changes`: rivals for the same objects, and neighbours. */
  readonly others: readonly KnownIntent[];
  /** Claims of all intents named above. */
  readonly claims: readonly KnownClaim[];
  /** Names of projects, by id. */
  readonly projectNames: ReadonlyMap<string, string>;
  /** Clusters that have reported what they hold. */
  readonly reporting: ReadonlySet<string>;
  readonly facts: readonly KnownFact[];
  /** Certificates in use that the changes refer to; of others nothing is known. */
  readonly certificates: readonly KnownCertificate[];
}

/** What becomes of something. */
export type Change = "create" | "update" | "delete" | "none";

/** What becomes of one object of one cluster. */
export interface ObjectPlan {
  readonly key: ObjectKey;
  readonly change: Change;
  /** A new intent's object does not name its intent yet. */
  readonly before: RenderedObject | undefined;
  readonly after: RenderedObject | undefined;
  readonly diff: readonly FieldChange[];
}

/** What becomes of one cluster. */
export interface ClusterPlan {
  readonly cluster: string;
  readonly name: string;
  /** Sorted by key; those that stay as they are included. */
  readonly objects: readonly ObjectPlan[];
}

/** An object that a finding speaks of. */
export interface FindingObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent for a new intent and for objects that are not from Fairlead. */
  readonly intent: string | undefined;
  /** Absent for objects that are not from Fairlead. */
  readonly project: string | undefined;
}

/** How bad: it will not work; it works, but hardly as meant; worth knowing. */
export type Severity = "error" | "warning" | "info";

/** Something worth saying about a plan before it is carried out. */
export interface PlanFinding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** For people: names both sides and what decides. */
  readonly message: string;
  /** Id of the cluster; absent when it is about no cluster in particular. */
  readonly cluster: string | undefined;
  readonly clusterName: string | undefined;
  /** Absent when it is about the cluster as a whole. */
  readonly subject: FindingObject | undefined;
  /** Dotted path in the subject. */
  readonly field: string | undefined;
  readonly related: readonly FindingObject[];
}

/** An intent that may not have its object in a cluster, because another one has it. The write would be refused. */
export interface ClaimConflict {
  /** Index in the changes. */
  readonly change: number;
  readonly cluster: string;
  /** Id of the intent that holds the object. */
  readonly owner: string;
}

/** What a set of changes would do. */
export interface PlanResult {
  /** To each intent, in the order of the changes. */
  readonly intents: readonly Change[];
  /** Clusters that at least one change lands on, now or before; by name. */
  readonly clusters: readonly ClusterPlan[];
  /** Worst first, then by cluster and subject. */
  readonly findings: readonly PlanFinding[];
  /** In the order of changes; a write of a plan with any is refused. */
  readonly conflicts: readonly ClaimConflict[];
  /** How much was computed rather than taken from a like cluster: the measure of work. */
  readonly work: { readonly renderings: number; readonly judgements: number };
}
