/** What every Kubernetes object carries. `Spec` and `Status` are narrowed by the interfaces of each kind. */
export interface KubernetesObject {
  /** `<group>/<version>`, or just the version for core kinds. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** The fields of `metadata` that we read or write. Those set by the server are absent in an object yet to be sent. */
export interface ObjectMeta {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid?: string;
  /** Opaque; only equality means anything. */
  readonly resourceVersion?: string;
  /** Counts changes of the spec. */
  readonly generation?: number;
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp?: string;
  /** Set while deletion waits for the finalizers. */
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** An object that goes when all its owners are gone. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Which fields one field manager has set, by the rules of server-side apply. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: "Apply" | "Update";
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: "FieldsV1";
  /** Nested sets: `f:<field>`, `k:<key of a list item as JSON>`, `v:<value>`, `.` for the thing itself. */
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
  readonly subresource?: string;
}

/** One observed condition; `type` is unique in its list. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** CamelCase, for machines. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
  /** RFC 3339; moves only when `status` does. */
  readonly lastTransitionTime: string;
  /** `metadata.generation` of the spec that was looked at. */
  readonly observedGeneration?: number;
}

/** A page of objects as the API server lists them. Items may lack `apiVersion` and `kind`. */
export interface KubernetesList<T> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

/** How the API server says that a request failed. */
export interface KubernetesStatus {
  readonly apiVersion: "v1";
  readonly kind: "Status";
  readonly status?: "Success" | "Failure";
  readonly message?: string;
  /** CamelCase, such as `Conflict`, `NotFound`, `Invalid`, `Expired`. */
  readonly reason?: string;
  /** The HTTP status. */
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly KubernetesStatusCause[];
    readonly retryAfterSeconds?: number;
  };
}

/** One thing wrong with one field of the object sent. */
export interface KubernetesStatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}
