import type { Clock, Log } from "@fairlead/core";
import type { KubernetesClient } from "@fairlead/kubernetes";
import type { ClassNames } from "@fairlead/kubernetes-types";
import type { HostRole } from "@fairlead/mesh-model";
import type { AddressBook } from "../address/address-book.ts";
import type { World } from "../world.ts";

/** Field manager of all the operator applies; the connector's is another, for it owns the specs. */
export const FIELD_MANAGER = "fairlead-operator";

/** What the controllers share. */
export interface ControllerContext {
  readonly client: KubernetesClient;
  readonly world: World;
  /** Present: Services get their addresses here. Absent: someone else gives them. */
  readonly book: AddressBook | undefined;
  /** Whose listeners are on the nodes' own addresses: these are then theirs, and no Service gets any. */
  readonly hostNetwork: Readonly<Record<HostRole, boolean>>;
  /** The classes we answer for. */
  readonly gatewayClasses: readonly ClassNames[];
  readonly ingressClasses: readonly ClassNames[];
  /** Where the Service of the shared Ingresses is. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts a status written, by kind. */
  readonly onStatusWritten: (kind: string) => void;
}

/** The id by which the model knows an object of a namespace. */
export function idOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
