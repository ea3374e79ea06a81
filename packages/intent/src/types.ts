import type { IntentKind, LabelSelector } from "@fairlead/contract";
import type { ObjectKey } from "@fairlead/kubernetes-types";

export type { IntentKind };

/** JSON as it appears in a Kubernetes object. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

/** Key/value pairs on clusters and objects. */
export type Labels = Readonly<Record<string, string>>;

/** Where an intent goes: every cluster whose labels the selector matches. */
export interface Placement {
  readonly clusterSelector: LabelSelector;
}

/** What a user wants, once, for every cluster its placement selects. */
export interface Intent {
  /** Prefixed id, such as `rt_…`. */
  readonly id: string;
  readonly kind: IntentKind;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Rendered verbatim; ours win over them. */
  readonly annotations: Labels;
  readonly placement: Placement;
  /** What a connector does about drift; absent: `revert`. */
  readonly driftPolicy?: "revert" | "report";
  /** The Kubernetes spec of the kind, verbatim. */
  readonly spec: { readonly [field: string]: Json };
}

/** What rendering needs to know of a cluster. */
export interface TargetCluster {
  readonly id: string;
  readonly labels: Labels;
  /**
   * What its API server serves, each as `<group>/<version>/<Kind>`; announced by the connector in `hello`.
   * Absent until it has connected once.
   */
  readonly served?: readonly string[] | undefined;
}

/** A Kubernetes object as the connector applies it. */
export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: IntentKind;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Labels;
    readonly annotations: Labels;
  };
  readonly spec: { readonly [field: string]: Json };
}

/** An object of one cluster's bundle, before it has a revision. */
export interface Rendering {
  readonly key: ObjectKey;
  readonly object: RenderedObject;
  /** {@link digest} of `object`. */
  readonly digest: string;
}
