import { canonicalJson, isList } from "./canonical.ts";
import type { Json } from "./types.ts";

/** One difference between two values. `before` is absent for what was added, `after` for what was removed. */
export interface FieldChange {
  /** Dotted path with `[i]` for list items, such as `spec.rules[0].matches[1].path.value`; empty for the whole. */
  readonly field: string;
  readonly before?: Json;
  readonly after?: Json;
}

type Segment = string | number;

/**
 * The fields in which two values differ, as deep as they differ, in the order of their paths. Lists are compared
 * item by item in place: in Gateway API and Ingress the order of rules is part of their meaning.
 */
export function diff(before: Json | undefined, after: Json | undefined): FieldChange[] {
  const found: { path: readonly Segment[]; change: FieldChange }[] = [];
  compare(before, after, [], (path, change) => found.push({ path, change: { field: formatPath(path), ...change } }));
  return found.sort((a, b) => comparePaths(a.path, b.path)).map(({ change }) => change);
}

type Report = (path: readonly Segment[], change: { before?: Json; after?: Json }) => void;

function compare(before: Json | undefined, after: Json | undefined, path: readonly Segment[], report: Report): void {
  if (before === undefined || after === undefined) {
    if (after !== undefined) report(path, { after });
    else if (before !== undefined) report(path, { before });
    return;
  }
  if (isList(before) && isList(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) compare(before[i], after[i], [...path, i], report);
    return;
  }
  if (isRecord(before) && isRecord(after)) {
    for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(own(before, field), own(after, field), [...path, field], report);
    }
    return;
  }
  if (canonicalJson(before) !== canonicalJson(after)) report(path, { before, after });
}

function isRecord(value: Json): value is { readonly [field: string]: Json } {
  return typeof value === "object" && value !== null && !isList(value);
}

function own(value: { readonly [field: string]: Json }, field: string): Json | undefined {
  return Object.hasOwn(value, field) ? value[field] : undefined;
}

function formatPath(path: readonly Segment[]): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

function comparePaths(a: readonly Segment[], b: readonly Segment[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    if (typeof x === "number" && typeof y === "number") return x - y;
    return String(x) < String(y) ? -1 : 1;
  }
  return a.length - b.length;
}
