import { MeshError } from "@fairlead/core";
import type { KubernetesObject, KubernetesStatus } from "@fairlead/kubernetes-types";
import { isStatus } from "./api-errors.ts";

/** What a watch tells. A bookmark says only how far the watch has come. */
export type WatchEvent<T extends KubernetesObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  | { readonly type: "BOOKMARK"; readonly object: { readonly metadata: { readonly resourceVersion: string } } };

/** A line of a watch: an event, or why the server gives up. */
export function decodeWatchEvent<T extends KubernetesObject>(
  line: unknown,
): WatchEvent<T> | { readonly type: "ERROR"; readonly status: KubernetesStatus } {
  if (typeof line === "object" && line !== null && "type" in line && "object" in line) {
    const { type, object } = line;
    if (type === "ERROR" && isStatus(object)) return { type, status: object };
    if (type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK") {
      // SAFETY: the API server has checked the object against the kind's schema; a bookmark's has a resourceVersion.
      return { type, object } as WatchEvent<T>;
    }
  }
  throw new MeshError("unavailable", {
    public: "The Kubernetes API sent something on a watch that is not an event.",
    internal: `not a watch event: ${JSON.stringify(line).slice(0, 200)}`,
  });
}
