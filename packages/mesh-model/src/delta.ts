import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import type { Backend, Certificate, HostTable, Socket } from "./model.ts";

/** An object as it is now; `object` undefined: it is gone. */
export interface ObjectChange {
  readonly key: ObjectKey;
  readonly object: KubernetesObject | undefined;
}

/** What became of the pieces of one kind: new or different ones, and the names of those that are gone. Both sorted by name. */
export interface PieceDelta<T> {
  readonly upserts: readonly T[];
  readonly removals: readonly string[];
}

/** What a batch of changes did to the model. */
export interface MeshDelta {
  readonly sockets: PieceDelta<Socket>;
  readonly tables: PieceDelta<HostTable>;
  readonly backends: PieceDelta<Backend>;
  readonly certificates: PieceDelta<Certificate>;
  /** Every object that is or was a source of a piece in this delta, sorted: whose answer from the proxy is pending again. */
  readonly touched: readonly ObjectKey[];
  /**
   * GatewayClasses, Gateways, HTTPRoutes, GRPCRoutes and Ingresses whose status may have to change, sorted: those in the batch and
   * those whose outcome depends on something in it.
   */
  readonly affected: readonly ObjectKey[];
  /** Objects that cannot be read at all, so that they count as absent; with what was found. Sorted by key, of the whole index. */
  readonly malformed: readonly MalformedObject[];
}

/** An object that does not have the shape of its kind. */
export interface MalformedObject {
  readonly key: ObjectKey;
  readonly message: string;
}
