import type { KubernetesObject } from "./object-meta.ts";

/** `<group>/<Kind>/<namespace>/<name>`; group is empty for core kinds, namespace for cluster-scoped ones. */
export type ObjectKey = string;

/** The parts of an {@link ObjectKey}. */
export interface ObjectKeyParts {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The key of an object. The version is left out: the same object served in two versions is one object. */
export function objectKey(object: Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">): ObjectKey {
  const { apiVersion, kind, metadata } = object;
  return `${apiGroup(apiVersion)}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}

/** The key with these parts. */
export function formatObjectKey(parts: ObjectKeyParts): ObjectKey {
  return `${parts.group}/${parts.kind}/${parts.namespace}/${parts.name}`;
}

/** The parts of a key, or undefined when it is not one. No part can hold a slash. */
export function parseObjectKey(key: ObjectKey): ObjectKeyParts | undefined {
  const [group, kind, namespace, name, ...rest] = key.split("/");
  if (group === undefined || namespace === undefined || !kind || !name || rest.length > 0) return undefined;
  return { group, kind, namespace, name };
}

/** The group of an `apiVersion`; empty for core. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}
