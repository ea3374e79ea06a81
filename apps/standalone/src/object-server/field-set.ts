import { isRecord, jsonEqual } from "./json-value.ts";
import { memberSchema, type Schema } from "./schema.ts";

/**
 * A set of field paths in the nested form of `managedFields`: `f:` member, `k:` list item by its keys, `v:` item of a
 * set. A node without children is itself in the set, one with children only when it has `.`.
 * Source: sigs.k8s.io/structured-merge-diff, fieldpath.
 */
export interface FieldSet {
  readonly [step: string]: FieldSet;
}

const SELF: FieldSet = {};

/** Whether a decoded `fieldsV1` is a field set. */
export function isFieldSet(value: unknown): value is FieldSet {
  return isRecord(value) && Object.values(value).every(isFieldSet);
}

/** The paths of everything a value says. */
export function fieldsOf(value: unknown, schema: Schema | undefined): FieldSet {
  const parts = children(value, schema);
  if (parts === undefined || parts.length === 0) return SELF;
  const isItem = Array.isArray(value);
  const set: Record<string, FieldSet> = {};
  for (const part of parts) {
    const below = fieldsOf(part.value, part.schema);
    // An item of a list belongs to whoever lists it, besides its members.
    set[part.step] = isItem && isRecord(part.value) ? { ".": SELF, ...below } : below;
  }
  return set;
}

/** Paths in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const both: Record<string, FieldSet> = { ...a };
  for (const [step, below] of Object.entries(b)) {
    const own = both[step];
    both[step] = own === undefined ? below : union(own, below);
  }
  // A leaf that meets children stays in the set by `.`.
  if (isLeaf(a) !== isLeaf(b)) both["."] = SELF;
  return both;
}

/** Paths in `a` that are not in `b`; undefined when there are none. */
export function difference(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const left: Record<string, FieldSet> = {};
  for (const [step, below] of Object.entries(a)) {
    if (step === ".") continue;
    const other = b[step];
    const rest = other === undefined ? below : difference(below, other);
    if (rest !== undefined) left[step] = rest;
  }
  const self = isSelf(a) && !isSelf(b);
  if (Object.keys(left).length === 0) return self ? SELF : undefined;
  return self ? { ".": SELF, ...left } : left;
}

/** The paths in both `a` and `b` at which two values differ, as the API server writes paths (`.spec.a[name="b"].c`). */
export function differingPaths(
  a: FieldSet,
  b: FieldSet,
  values: readonly [unknown, unknown],
  schema: Schema | undefined,
  path = "",
): string[] {
  const steps = Object.keys(a).filter((step) => step !== "." && b[step] !== undefined);
  if (steps.length === 0) return isLeaf(a) && isLeaf(b) && !jsonEqual(values[0], values[1]) ? [path] : [];
  return steps.flatMap((step) => {
    const first = childAt(values[0], schema, step);
    const second = childAt(values[1], schema, step);
    return differingPaths(
      a[step] ?? SELF,
      b[step] ?? SELF,
      [first?.value, second?.value],
      (first ?? second)?.schema,
      path + shown(step),
    );
  });
}

/** A value without what is at these paths; undefined when nothing of it is left. */
export function without(value: unknown, set: FieldSet, schema: Schema | undefined): unknown {
  if (isSelf(set)) return undefined;
  if (Array.isArray(value)) {
    const parts = children(value, schema) ?? [];
    const left = parts.flatMap((part) => {
      const below = set[part.step];
      const kept = below === undefined ? part.value : without(part.value, below, part.schema);
      return kept === undefined ? [] : [kept];
    });
    return left.length === 0 ? undefined : left;
  }
  if (!isRecord(value)) return value;
  const left: Record<string, unknown> = { ...value };
  for (const [step, below] of Object.entries(set)) {
    const name = step.slice(2);
    const schemaBelow = memberSchema(schema, name);
    // An empty object that was applied does not carry away what others have put into it since.
    const isFilled = (children(left[name], schemaBelow) ?? []).length > 0;
    if (left[name] === undefined || (isFilled && Object.keys(below).length === 0)) continue;
    const kept = without(left[name], below, schemaBelow);
    if (kept === undefined) delete left[name];
    else left[name] = kept;
  }
  return Object.keys(left).length === 0 ? undefined : left;
}

/** What an update changed: paths that are new or different, and paths that are gone. */
export function changedFields(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
): { set?: FieldSet; removed?: FieldSet } {
  if (before === after || jsonEqual(before, after)) return {};
  if (after === undefined) return { removed: fieldsOf(before, schema) };
  if (before === undefined) return { set: fieldsOf(after, schema) };
  const old = children(before, schema);
  const now = children(after, schema);
  if (old === undefined || now === undefined || old.length === 0 || now.length === 0)
    return { set: fieldsOf(after, schema) };
  const set: Record<string, FieldSet> = {};
  const removed: Record<string, FieldSet> = {};
  const oldByStep = new Map(old.map((part) => [part.step, part]));
  for (const part of now) {
    const changes = changedFields(oldByStep.get(part.step)?.value, part.value, part.schema);
    const isNewItem = !oldByStep.has(part.step) && Array.isArray(after) && isRecord(part.value);
    if (changes.set !== undefined) set[part.step] = isNewItem ? { ".": SELF, ...changes.set } : changes.set;
    if (changes.removed !== undefined) removed[part.step] = changes.removed;
    oldByStep.delete(part.step);
  }
  for (const part of oldByStep.values()) {
    const below = fieldsOf(part.value, part.schema);
    removed[part.step] = Array.isArray(before) && isRecord(part.value) ? { ".": SELF, ...below } : below;
  }
  return {
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(Object.keys(removed).length === 0 ? {} : { removed }),
  };
}

/** `applied` laid over `live`: members and keyed items merge, everything else is replaced. */
export function overlay(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  if (isRecord(live) && isRecord(applied) && schema?.atomic !== true) {
    const merged: Record<string, unknown> = { ...live };
    for (const [name, value] of Object.entries(applied))
      merged[name] = overlay(live[name], value, memberSchema(schema, name));
    return merged;
  }
  if (!Array.isArray(live) || !Array.isArray(applied)) return applied;
  const added = children(applied, schema);
  if (added === undefined) return applied;
  const byStep = new Map(added.map((part) => [part.step, part]));
  const kept = (children(live, schema) ?? []).map((part) => {
    const given = byStep.get(part.step);
    byStep.delete(part.step);
    return given === undefined ? part.value : overlay(part.value, given.value, part.schema);
  });
  return [...kept, ...[...byStep.values()].map((part) => part.value)];
}

interface Part {
  readonly step: string;
  readonly value: unknown;
  readonly schema: Schema | undefined;
}

/** What a value is made of; undefined when it is one piece. */
function children(value: unknown, schema: Schema | undefined): Part[] | undefined {
  if (isRecord(value)) {
    if (schema?.atomic === true) return undefined;
    return Object.keys(value).map((name) => ({
      step: `f:${name}`,
      value: value[name],
      schema: memberSchema(schema, name),
    }));
  }
  if (!Array.isArray(value) || schema === undefined) return undefined;
  const items: readonly unknown[] = value;
  if (schema.set === true)
    return items.map((item) => ({ step: `v:${JSON.stringify(item)}`, value: item, schema: schema.items }));
  const { keys } = schema;
  if (keys === undefined) return undefined;
  return items.map((item) => ({ step: `k:${itemKey(item, keys, schema.items)}`, value: item, schema: schema.items }));
}

function childAt(value: unknown, schema: Schema | undefined, step: string): Part | undefined {
  if (isRecord(value)) {
    const name = step.slice(2);
    return { step, value: value[name], schema: memberSchema(schema, name) };
  }
  return children(value, schema)?.find((part) => part.step === step);
}

function itemKey(item: unknown, keys: readonly string[], schema: Schema | undefined): string {
  const key: Record<string, unknown> = {};
  for (const name of [...keys].sort()) {
    const value = isRecord(item) ? item[name] : undefined;
    key[name] = value ?? schema?.properties?.[name]?.default ?? null;
  }
  return JSON.stringify(key);
}

function shown(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith("f:")) return `.${rest}`;
  if (step.startsWith("v:")) return `[=${rest}]`;
  const key: unknown = JSON.parse(rest);
  const parts = isRecord(key) ? Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`) : [];
  return `[${parts.join(",")}]`;
}

function isLeaf(set: FieldSet): boolean {
  for (const step in set) if (step !== ".") return false;
  return true;
}

function isSelf(set: FieldSet): boolean {
  return set["."] !== undefined || isLeaf(set);
}
