import { FIELD_MANAGER, type KubernetesObject } from "@fairlead/kubernetes-types";
import { type DriftField, MAX_DRIFT_FIELDS } from "@fairlead/tunnel";
import { compareObjects } from "./compare-objects.ts";
import { ownerOf } from "./field-owner.ts";
import { formatPath } from "./field-set.ts";

/** Longest JSON text of a value that is told, in characters. */
const MAX_VALUE_LENGTH = 512;

/** The fields of an object that are not as applying it again would make them, with who made them so. Pure. */
export function describeDrift(
  live: KubernetesObject,
  wanted: object,
): { readonly fields: readonly DriftField[]; readonly moreFields: number } {
  const all = compareObjects(live, wanted).map((difference): DriftField => {
    const { path } = difference;
    return {
      field: formatPath(path),
      ...shown("wanted", difference.wanted),
      ...shown("live", difference.live),
      ...ownerOf(live, path, FIELD_MANAGER),
    };
  });
  const fields = all.sort((a, b) => (a.field < b.field ? -1 : 1)).slice(0, MAX_DRIFT_FIELDS);
  return { fields, moreFields: all.length - fields.length };
}

function shown<N extends "wanted" | "live">(name: N, value: unknown): { [key in N]?: string } | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  const cut = text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
  const part: { [key in N]?: string } = {};
  part[name] = cut;
  return part;
}
