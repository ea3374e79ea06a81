import type { ObjectKey } from "@fairlead/kubernetes-types";
import { KINDS } from "./kinds.ts";
import type { Intent } from "./types.ts";

/** The key of the object an intent becomes. It leaves the version out, so a conversion never moves the object. */
export function objectKey(intent: Pick<Intent, "kind" | "namespace" | "name">): ObjectKey {
  return `${KINDS[intent.kind].group}/${intent.kind}/${intent.namespace}/${intent.name}`;
}
