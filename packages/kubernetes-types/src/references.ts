/** An object of the same namespace. */
export interface LocalObjectReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Where a certificate is. */
export interface SecretObjectReference {
  /** Default empty (core). */
  readonly group?: string;
  /** Default `Secret`. */
  readonly kind?: string;
  readonly name: string;
  /** Default: the namespace of the object that refers; another one needs a ReferenceGrant. */
  readonly namespace?: string;
}

/** Where traffic may go. */
export interface BackendObjectReference {
  /** Default empty (core). */
  readonly group?: string;
  /** Default `Service`. */
  readonly kind?: string;
  readonly name: string;
  /** Default: the namespace of the object that refers; another one needs a ReferenceGrant. */
  readonly namespace?: string;
  /** Required for a Service. */
  readonly port?: number;
}

/** What a route wants to be attached to. */
export interface ParentReference {
  /** Default `gateway.networking.k8s.io`. */
  readonly group?: string;
  /** Default `Gateway`. */
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  /** One listener by name; default all. */
  readonly sectionName?: string;
  /** Listeners of one port; default all. */
  readonly port?: number;
}
