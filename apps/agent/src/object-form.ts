import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";

/**
 * Whether two states of an object can mean different configuration. Status that only tells about it, such as
 * conditions, is left out; the addresses in it are where traffic is taken.
 */
export function isSameForm(a: KubernetesObject | undefined, b: KubernetesObject | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === b) return true;
  if (a.metadata.uid !== b.metadata.uid) return false;
  // Nodes have no generation, and every heartbeat is a new state of one.
  if (a.metadata.generation === undefined && a.kind !== "Node") return false;
  return (
    a.metadata.generation === b.metadata.generation &&
    isEqual(a.metadata.labels, b.metadata.labels) &&
    isEqual(a.metadata.annotations, b.metadata.annotations) &&
    isEqual(addresses(a), addresses(b))
  );
}

/** Kinds whose objects carry a revision of ours and whose states are reported. */
export function isReported(key: ObjectKey): boolean {
  return REPORTED.some((prefix) => key.startsWith(prefix));
}

const REPORTED = [
  "gateway.networking.k8s.io/Gateway/",
  "gateway.networking.k8s.io/HTTPRoute/",
  "gateway.networking.k8s.io/GRPCRoute/",
  "networking.k8s.io/Ingress/",
];

/** The addresses a Gateway or an Ingress was given, or a Node has. */
function addresses(object: KubernetesObject): unknown {
  if (!("status" in object) || typeof object.status !== "object" || object.status === null) return undefined;
  const { status } = object;
  if ("addresses" in status) return status.addresses;
  return "loadBalancer" in status ? status.loadBalancer : undefined;
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
