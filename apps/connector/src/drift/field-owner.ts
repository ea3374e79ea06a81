import type { ManagedFieldsEntry } from "@fairlead/kubernetes-types";
import { isRecord, isWhole, type Segment, stepInto } from "./field-set.ts";

/** Who owns a field. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: string;
  /** RFC 3339; the empty text when not known. */
  readonly time: string;
}

const NOBODY: FieldOwner = { manager: "", operation: "", time: "" };

/**
 * Which manager but `ours` owns the field at a path of an object; of several the one that wrote last. What was removed
 * belongs to nobody: the empty text.
 */
export function ownerOf(
  object: { readonly metadata: { readonly managedFields?: readonly ManagedFieldsEntry[] } },
  path: readonly Segment[],
  ours: string,
): FieldOwner {
  let latest = NOBODY;
  for (const entry of object.metadata.managedFields ?? []) {
    const { manager = "", operation = "", time = "", subresource } = entry;
    if ((manager === ours && operation === "Apply") || subresource !== undefined) continue;
    if (owns(entry, object, path) && time >= latest.time) latest = { manager, operation, time };
  }
  return latest;
}

function owns(entry: ManagedFieldsEntry, object: object, path: readonly Segment[]): boolean {
  let set = entry.fieldsV1 ?? {};
  let value: unknown = object;
  for (const [depth, segment] of path.entries()) {
    if (depth > 0 && isWhole(set)) return true;
    const inner = stepInto(set, segment, value);
    if (inner === undefined) return false;
    set = inner;
    value = childOf(value, segment);
  }
  return true;
}

function childOf(value: unknown, segment: Segment): unknown {
  if (typeof segment === "number") return Array.isArray(value) ? value[segment] : undefined;
  return isRecord(value) ? value[segment] : undefined;
}
