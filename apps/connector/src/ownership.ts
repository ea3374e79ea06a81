import { parseRevision, type Revision } from "@fairlead/core";
import {
  FIELD_MANAGER,
  INTENT_ANNOTATION,
  type KubernetesObject,
  REVISION_ANNOTATION,
} from "@fairlead/kubernetes-types";

/**
 * Whether the connector put this object here: it names an intent and our field manager applied it. The annotation
 * alone would not do, it gets copied along with manifests.
 */
export function isOurs(object: KubernetesObject): boolean {
  const { annotations, managedFields } = object.metadata;
  const applied = managedFields?.some(({ manager, operation }) => manager === FIELD_MANAGER && operation === "Apply");
  return annotations?.[INTENT_ANNOTATION] !== undefined && applied === true;
}

/** The intent an object of ours names. */
export function intentOf(object: KubernetesObject): string {
  return object.metadata.annotations?.[INTENT_ANNOTATION] ?? "";
}

/** The revision an object of ours was applied at; undefined when its annotation is not one. */
export function revisionOf(object: KubernetesObject): Revision | undefined {
  return parseRevision(object.metadata.annotations?.[REVISION_ANNOTATION] ?? "");
}

/** Who else manages an object, for the message about a foreign one. */
export function managersOf(object: KubernetesObject): string {
  const names = new Set((object.metadata.managedFields ?? []).flatMap(({ manager }) => manager ?? []));
  return names.size === 0 ? "an unknown manager" : [...names].sort().join(", ");
}
