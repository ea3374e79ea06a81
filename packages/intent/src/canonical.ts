import type { Json } from "./types.ts";

/** JSON with the fields of every object sorted and no white space, so equal values have equal text. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  // A null prototype keeps a field named "__proto__" a field.
  const copy: Record<string, Json> = Object.create(null);
  for (const field of Object.keys(value).sort()) {
    const item = value[field];
    if (item !== undefined) copy[field] = sorted(item);
  }
  return copy;
}

/** Whether a JSON value is a list; `Array.isArray` does not narrow read-only lists. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
