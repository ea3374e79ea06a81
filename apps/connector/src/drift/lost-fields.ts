import { type FieldSet, formatPath, isRecord, isWhole, type Segment, stepInto } from "./field-set.ts";

/** Fields that name an object, which nobody owns. */
const IDENTITY = new Set(["apiVersion", "kind"]);

/**
 * The fields of an applied object that its manager no longer owns: whoever changed or removed one took it over, by the
 * rules of server-side apply. Fields that others added beside ours are not among them. Sorted paths.
 */
export function lostFields(applied: object, owned: FieldSet | undefined): string[] {
  const lost: string[] = [];
  const walk = (value: unknown, set: FieldSet, path: readonly Segment[]): void => {
    if (isWhole(set) && path.length > 0) return;
    for (const [segment, child] of partsOf(value, set)) {
      if (isNothing(child) || (path.length === 0 && IDENTITY.has(String(segment)))) continue;
      const inner = stepInto(set, segment, value);
      if (inner === undefined) lost.push(formatPath([...path, segment]));
      else walk(child, inner, [...path, segment]);
    }
  };
  walk(withoutIdentity(applied), owned ?? {}, []);
  return lost.sort();
}

function partsOf(value: unknown, set: FieldSet): [Segment, unknown][] {
  if (Array.isArray(value)) {
    const isKeyed = Object.keys(set).some((name) => /^[kv]:/.test(name));
    return isKeyed ? value.map((item, index) => [index, item]) : [];
  }
  return isRecord(value) ? Object.entries(value) : [];
}

/** What an API server keeps no owner of. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return isRecord(value) ? Object.values(value).every(isNothing) : Array.isArray(value) && value.length === 0;
}

function withoutIdentity(object: object): object {
  if (!("metadata" in object) || !isRecord(object.metadata)) return object;
  const { labels, annotations } = object.metadata;
  return { ...object, metadata: { labels, annotations } };
}
