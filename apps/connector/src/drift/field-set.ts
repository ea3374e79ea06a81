/** What one manager owns, as `fieldsV1` nests it: `f:<field>`, `k:<key of a list item>`, `v:<value>`, `.` for the thing itself. */
export type FieldSet = Readonly<Record<string, unknown>>;

/** A step of a path: a field, or a place in a list. */
export type Segment = string | number;

/** Text of a path: dotted, with `[i]` for list items and `["…"]` for names with dots or slashes. */
export function formatPath(path: readonly Segment[]): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a set stands for all of the thing: an atomic list or map, or a plain value. With `.` it stands for an empty one. */
export function isWhole(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

/**
 * The part of a set that a step leads to; undefined when the step is not in it. `parent` is the list a number points
 * into: its items are named by their keys or values, not by their place.
 */
export function stepInto(set: FieldSet, segment: Segment, parent: unknown): FieldSet | undefined {
  const child = typeof segment === "string" ? set[`f:${segment}`] : itemIn(set, segment, parent);
  return isRecord(child) ? child : undefined;
}

function itemIn(set: FieldSet, index: number, list: unknown): unknown {
  const item: unknown = Array.isArray(list) ? list[index] : undefined;
  for (const [name, child] of Object.entries(set)) {
    if (name.startsWith("v:") && name.slice(2) === JSON.stringify(item)) return child;
    if (name.startsWith("k:") && isRecord(item) && hasKey(item, name.slice(2))) return child;
  }
  return undefined;
}

/** A key field that the item lacks has its default there, which only the server knows. */
function hasKey(item: Readonly<Record<string, unknown>>, key: string): boolean {
  const wanted: unknown = JSON.parse(key);
  if (!isRecord(wanted)) return false;
  return Object.entries(wanted).every(([name, value]) => item[name] === undefined || item[name] === value);
}
