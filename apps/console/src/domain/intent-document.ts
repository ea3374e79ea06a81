import { isJsonObject, type JsonObject, type Placement } from "@fairlead/contract";
import { stringify } from "yaml";
import type { KindInfo } from "./kinds.ts";

/** The writable part of an intent. */
export interface WritableIntent {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly placement: Placement;
  /** Written only when it is not the default. */
  readonly driftPolicy?: "revert" | "report";
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The keys of a document, in the order they are written. */
export const DOCUMENT_KEYS = ["apiVersion", "kind", "metadata", "placement", "driftPolicy", "spec"] as const;
/** The keys of a document's metadata. */
export const METADATA_KEYS = ["name", "namespace", "labels", "annotations"] as const;

/** An intent as the editor shows it: a Kubernetes manifest and `placement` beside the spec. */
export function documentOf(intent: WritableIntent, { apiVersion, kind }: KindInfo): string {
  const { name, namespace, labels, annotations, placement, driftPolicy = "revert", spec } = intent;
  const filled = (entries: object) => Object.keys(entries).length > 0;
  const value = {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      ...(filled(labels) && { labels }),
      ...(filled(annotations) && { annotations }),
    },
    placement,
    ...(driftPolicy !== "revert" && { driftPolicy }),
    spec,
  };
  return stringify(value, { lineWidth: 0, indentSeq: true, aliasDuplicateObjects: false });
}

/** The body of a write for a document's value, whose form was checked before. */
export function inputOf(value: JsonObject): JsonObject {
  const metadata = isJsonObject(value.metadata) ? value.metadata : {};
  const input: JsonObject = {};
  for (const key of METADATA_KEYS) if (metadata[key] !== undefined) input[key] = metadata[key];
  for (const key of ["placement", "driftPolicy", "spec"] as const)
    if (value[key] !== undefined) input[key] = value[key];
  return input;
}

/** Where a field of a write's body stands in the document: `name` is `metadata.name`, `spec.x` stays `spec.x`. */
export function documentField(inputField: string): string {
  const first = /^[^.[]+/.exec(inputField)?.[0] ?? "";
  return METADATA_KEYS.some((key) => key === first) ? `metadata.${inputField}` : inputField;
}
