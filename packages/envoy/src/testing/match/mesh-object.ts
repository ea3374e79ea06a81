import type { ObjectChange } from "@fairlead/mesh-model";

/** A Kubernetes object as tests write it, with whatever it holds. */
export type MeshObject = NonNullable<ObjectChange["object"]> & Record<string, unknown>;
