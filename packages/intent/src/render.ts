import { DRIFT_POLICY_ANNOTATION } from "@fairlead/kubernetes-types";
import { digest } from "./digest.ts";
import { apiVersionFor } from "./kinds.ts";
import { objectKey } from "./object-key.ts";
import type { Intent, RenderedObject, Rendering, TargetCluster } from "./types.ts";

/** Annotation naming the intent an object came from. */
export const INTENT_ANNOTATION = "fairlead.dev/intent";
/** Annotation with the revision (`epoch.n`) that last changed the object. */
export const REVISION_ANNOTATION = "fairlead.dev/revision";
/** Label that says who manages an object; ours wins over the user's. */
export const MANAGED_BY = { "app.kubernetes.io/managed-by": "fairlead" } as const;

/** The object an intent becomes in a cluster, without a revision: that is the bundle's to give. */
export function render(intent: Intent, cluster: Pick<TargetCluster, "served">): Rendering {
  const object: RenderedObject = {
    apiVersion: apiVersionFor(intent.kind, cluster.served),
    kind: intent.kind,
    metadata: {
      name: intent.name,
      namespace: intent.namespace,
      labels: { ...intent.labels, ...MANAGED_BY },
      annotations: {
        ...intent.annotations,
        ...(intent.driftPolicy === "report" && { [DRIFT_POLICY_ANNOTATION]: intent.driftPolicy }),
        [INTENT_ANNOTATION]: intent.id,
      },
    },
    spec: intent.spec,
  };
  return { key: objectKey(intent), object, digest: digest(object) };
}

/** The object as the cluster gets it: with the revision (`epoch.n`) that last changed it. */
export function withRevision(object: RenderedObject, revision: string): RenderedObject {
  const annotations = { ...object.metadata.annotations, [REVISION_ANNOTATION]: revision };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
