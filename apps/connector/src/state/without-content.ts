import type { KubernetesObject } from "@fairlead/kubernetes-types";
import type { BundleObject } from "@fairlead/tunnel";
import type { Stored } from "./state-log.ts";

/** An object of which only the name is known, in a bundle: it is ours, and the cloud has to say what is in it. */
export function unknownObject(
  { apiVersion, kind, metadata }: Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">,
  intent: string,
): BundleObject {
  const { name, namespace } = metadata;
  return { digest: "", intent, body: JSON.stringify({ apiVersion, kind, metadata: { name, namespace } }) };
}

/** The same without what the cloud can say again. */
export function withoutContent(value: Stored): Stored {
  if ("through" in value || value.object === undefined) return value;
  const object: Pick<KubernetesObject, "apiVersion" | "kind" | "metadata"> = JSON.parse(value.object.body);
  return { ...value, object: unknownObject(object, value.object.intent) };
}
