import type { FindingCode } from "@fairlead/contract";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import type { HostTable, MeshIndex, RouteView } from "@fairlead/mesh-model";
import type { FindingObject, KnownCertificate } from "./types.ts";

/** A piece of a cluster that a plan changes, before and after, as the rules that judge it see it. */
export interface World {
  /** After the changes. */
  readonly index: MeshIndex;
  /** After the changes. */
  readonly objects: ReadonlyMap<ObjectKey, KubernetesObject>;
  /** What to judge: the objects that the plan makes or edits, or all of Fairlead's. In order. */
  readonly judged: readonly ObjectKey[];
  /** Objects that the plan makes, edits or deletes. */
  readonly changed: ReadonlySet<ObjectKey>;
  /** Whether the cluster has told what it holds. */
  readonly knowsFacts: boolean;
  /** What is known of certificates, by `<namespace>/<name>` of the Secret. */
  readonly certificates: ReadonlyMap<string, KnownCertificate>;
  /** Namespaces whose Secrets may be read there; undefined: all, or not known. */
  readonly secretNamespaces: readonly string[] | undefined;
  /** Host tables that the changes touched, as they are now; all, when everything is judged. */
  readonly tables: readonly HostTable[];
  /** A table as it was; nothing, when everything is judged. */
  tableBefore(name: string): HostTable | undefined;
  /** What became of a route before the changes. */
  routeBefore(key: ObjectKey): RouteView | undefined;
  /** What the object is and whose. */
  describe(key: ObjectKey): Described;
}

/** An object in a finding, and in words. */
export interface Described {
  readonly object: FindingObject;
  /** Whose it is, for comparing: the project, or empty for an object that is not from Fairlead. */
  readonly owner: string;
  /** Such as `HTTPRoute shop/checkout of project web`. */
  readonly text: string;
}

/** A finding before it is known which clusters it is true in. */
export interface Draft {
  readonly code: FindingCode;
  readonly message: string;
  readonly subject: ObjectKey;
  readonly field?: string | undefined;
  readonly related?: readonly ObjectKey[];
}
