import { compareRevisions } from "@fairlead/core";
import { isNotFound, type KubernetesClient, type ResourceType, resources } from "@fairlead/kubernetes";
import { type KubernetesObject, objectKey } from "@fairlead/kubernetes-types";
import type { BundleEntry } from "@fairlead/tunnel";
import { intentOf, isOurs, revisionOf } from "./ownership.ts";
import { unknownObject } from "./state/without-content.ts";

/** Kinds that bundles hold. */
export const BUNDLE_RESOURCES: readonly ResourceType[] = [
  resources.gatewayClasses,
  resources.ingressClasses,
  resources.gateways,
  resources.httpRoutes,
  resources.grpcRoutes,
  resources.ingresses,
  resources.referenceGrants,
];

/** The objects in the cluster that are ours, by key. A kind the API server does not serve has none. */
export async function ourObjects(
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const lists = await Promise.all(BUNDLE_RESOURCES.map((resource) => listed(client, resource, signal)));
  return new Map(lists.flatMap((objects) => objects.filter(isOurs).map((object) => [objectKey(object), object])));
}

/** Bundle entries for objects whose bundle was lost. Their content is not known, so the digest is empty. */
export function adopted(objects: ReadonlyMap<string, KubernetesObject>): [string, BundleEntry][] {
  return [...objects].map(([key, object]) => {
    const revision = revisionOf(object) ?? { epoch: 0, n: 0 };
    return [key, { revision, epoch: revision.epoch, object: unknownObject(object, intentOf(object)) }];
  });
}

/** How what is in the cluster compares with a bundle entry. */
export type Standing =
  /** As the entry says: the object at its very revision, or none. */
  | "in place"
  /** Applied from a delta that the disk did not get before a crash; the hub sends it again. */
  | "ahead"
  | "different";

/** Compares an entry with our object of that name, or with there being none. */
export function standing(entry: BundleEntry, live: KubernetesObject | undefined): Standing {
  if (entry.object === undefined || live === undefined) {
    return entry.object === undefined && live === undefined ? "in place" : "different";
  }
  const revision = revisionOf(live);
  if (revision === undefined || live.metadata.deletionTimestamp !== undefined) return "different";
  const order = compareRevisions(revision, entry.revision);
  if (order === 0) return intentOf(live) === entry.object.intent ? "in place" : "different";
  // A restored backup may ask for an older revision under a newer epoch; then the cluster is not ahead.
  return order > 0 && revision.epoch >= entry.epoch ? "ahead" : "different";
}

async function listed(
  client: KubernetesClient,
  resource: ResourceType,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  try {
    return (await client.list(resource, { signal })).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
