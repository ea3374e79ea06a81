import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { isRecord, type JsonRecord } from "./json-value.ts";

/** An object of a kind we serve: metadata as Kubernetes has it, everything else opaque. */
export type ServedObject = KubernetesObject & JsonRecord;

/** Whether a decoded body has what makes it an object at all. */
export function isServedObject(value: unknown): value is ServedObject {
  if (!isRecord(value) || typeof value.apiVersion !== "string" || typeof value.kind !== "string") return false;
  const { metadata } = value;
  if (!isRecord(metadata)) return false;
  return ["name", "namespace", "uid", "resourceVersion"].every(
    (field) => metadata[field] === undefined || metadata[field] === null || typeof metadata[field] === "string",
  );
}
