import { compareRevisions } from "@fairlead/core";
import { isNotFound, type KubernetesClient, type ResourceType, resources } from "@fairlead/kubernetes";
import { type KubernetesObject, objectKey } from "@fairlead/kubernetes-types";
import type { BundleEntry } from "@fairlead/tunnel";
import { intentOf, isOurs, revisionOf } from "./ownership.ts";

/** Kinds that bundles hold. */
export const BUNDLE_RESOURCES: readonly ResourceType[] = [
  resources.gatewayClasses,
  resources.ingressClasses,
  resources.gateways,
  resources.httpRoutes,
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
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata;
    const body = JSON.stringify({ apiVersion, kind, metadata: { name, namespace } });
    return [key, { revision, epoch: revision.epoch, object: { digest: "", intent: intentOf(object), body } }];
  });
}

/** Whether the cluster is already as this entry says: the object at its very revision, or none. */
export function isInPlace(entry: BundleEntry, live: KubernetesObject | undefined): boolean {
  if (entry.object === undefined || live === undefined) return entry.object === undefined && live === undefined;
  const revision = revisionOf(live);
  const current = revision !== undefined && compareRevisions(revision, entry.revision) === 0;
  return current && intentOf(live) === entry.object.intent && live.metadata.deletionTimestamp === undefined;
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
