import { type KubernetesObject, type ObjectKey, parseObjectKey } from "@fairlead/kubernetes-types";
import type { Variant } from "./variants.ts";
import type { Described } from "./world.ts";

/** Gives objects the ages they have in a cluster, where it has told them. */
export function agedBy(ages: ReadonlyMap<ObjectKey, string>): (variant: Variant) => KubernetesObject {
  return ({ key, object }) => {
    const creationTimestamp = ages.get(key);
    return creationTimestamp === undefined
      ? object
      : { ...object, metadata: { ...object.metadata, creationTimestamp } };
  };
}

/** Says what objects are and whose. */
export function describer(
  variants: ReadonlyMap<ObjectKey, Variant>,
  projectNames: ReadonlyMap<string, string>,
): (key: ObjectKey) => Described {
  return (key) => {
    const { kind = "", namespace = "", name = "" } = parseObjectKey(key) ?? {};
    const variant = variants.get(key);
    const project = variant?.project;
    const whose = project === undefined ? "not from Fairlead" : `project ${projectNames.get(project) ?? project}`;
    return {
      object: { kind, namespace, name, intent: variant?.intent, project },
      owner: project ?? "",
      text: `${kind} ${namespace === "" ? "" : `${namespace}/`}${name} (${whose})`,
    };
  };
}
