import { type KubernetesObject, objectKey } from "@fairlead/kubernetes-types";
import { MeshIndex } from "./mesh-index.ts";
import type { MeshSettings } from "./settings.ts";

/** The mesh of a set of objects that does not change, as previews and tests need it. */
export function indexObjects(settings: MeshSettings, objects: Iterable<KubernetesObject>): MeshIndex {
  const index = new MeshIndex(settings);
  index.apply([...objects].map((object) => ({ key: objectKey(object), object })));
  return index;
}
