import type { KubernetesStatusCause, ManagedFieldsEntry } from "@fairlead/kubernetes-types";
import { applyConflict } from "./api-failure.ts";
import {
  changedFields,
  difference,
  differingPaths,
  type FieldSet,
  fieldsOf,
  isFieldSet,
  overlay,
  union,
  without,
} from "./field-set.ts";
import { type JsonRecord, jsonEqual } from "./json-value.ts";
import type { Kind } from "./kind.ts";
import { isServedObject, type ServedObject } from "./served-object.ts";

/** Who writes, and through which path. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource: "status" | undefined;
  /** RFC 3339. */
  readonly time: string;
}

/** Metadata that the server owns: nobody's field. */
const SERVER_METADATA = [
  "name",
  "generateName",
  "namespace",
  "uid",
  "resourceVersion",
  "selfLink",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
];

/** A set with a step that no object has: an empty one would mean "the whole object". */
const NOTHING: FieldSet = { none: {} };

/**
 * Server-side apply: the object that results from laying `applied` over `live` and taking away what this manager
 * applied before and leaves out now. Throws a conflict when other managers own fields that would change, unless `force`.
 */
export function applyFields(
  live: ServedObject,
  applied: ServedObject,
  kind: Kind,
  writer: Writer,
  force: boolean,
): ServedObject {
  const given = owned(applied, writer.subresource);
  const set = fieldsOf(given, kind.schema);
  const entries = live.metadata.managedFields ?? [];
  const mine = entries.find((entry) => isBy(entry, writer, kind));
  const others = entries.filter((entry) => entry !== mine);
  const lost = others.map((entry) => differingPaths(set, fields(entry), [live, given], kind.schema));
  const causes = lost.flatMap((paths, index) => paths.map((path) => conflictCause(others[index], path)));
  if (causes.length > 0 && !force) throw applyConflict(causes);
  const kept = others.flatMap((entry, index) => {
    if ((lost[index] ?? []).length === 0) return [entry];
    const rest = difference(fields(entry), changed(live, given, kind));
    return rest === undefined ? [] : [{ ...entry, fieldsV1: rest, time: writer.time }];
  });
  const merged = overlay(live, given, kind.schema);
  const dropped = mine === undefined ? undefined : difference(fields(mine), set);
  const orphaned = kept.reduce<FieldSet | undefined>(
    (left, entry) => (left === undefined ? undefined : difference(left, fields(entry))),
    dropped,
  );
  const result = orphaned === undefined ? merged : without(merged, orphaned, kind.schema);
  const entry = entryFor(mine, set, writer, kind);
  return withManagedFields(asObject(result), entry === undefined ? kept : [...kept, entry]);
}

/** Ownership after a write that is not an apply: what it changed belongs to its manager. */
export function trackUpdate(
  live: ServedObject | undefined,
  next: ServedObject,
  kind: Kind,
  writer: Writer,
): ServedObject {
  const given = next.metadata.managedFields;
  const base = given ?? live?.metadata.managedFields ?? [];
  // `[{}]` is how a client asks to forget all owners.
  const entries = base.filter((entry) => entry.manager !== undefined);
  const before = live === undefined ? {} : writable(live, kind, writer);
  const { set, removed } = changedFields(before, writable(next, kind, writer), kind.schema);
  if (set === undefined && removed === undefined) return withManagedFields(next, entries);
  const touched = union(set ?? {}, removed ?? {});
  const mine = entries.find((entry) => isBy(entry, writer, kind));
  const others = entries.flatMap((entry) => {
    if (entry === mine) return [];
    const rest = difference(fields(entry), touched);
    return rest === undefined ? [] : [jsonEqual(rest, entry.fieldsV1) ? entry : { ...entry, fieldsV1: rest }];
  });
  const before2 = mine === undefined ? undefined : difference(fields(mine), removed ?? NOTHING);
  const all = before2 === undefined ? set : set === undefined ? before2 : union(before2, set);
  const entry = all === undefined ? undefined : entryFor(mine, all, writer, kind);
  return withManagedFields(next, entry === undefined ? others : [...others, entry]);
}

function conflictCause(entry: ManagedFieldsEntry | undefined, path: string): KubernetesStatusCause {
  const how = entry?.operation === "Update" ? ` using ${entry.apiVersion}` : "";
  const by = `conflict with ${JSON.stringify(entry?.manager ?? "")}${entry?.subresource ? ` with subresource "${entry.subresource}"` : ""}${how}`;
  return { reason: "FieldManagerConflict", message: by, field: path };
}

/** The paths a forced apply changes, and so takes over. */
function changed(live: ServedObject, given: JsonRecord, kind: Kind): FieldSet {
  const before = ownedParts(live);
  return changedFields(before, overlay(before, given, kind.schema), kind.schema).set ?? NOTHING;
}

/** What of an object a manager can own through this path. */
function owned(object: ServedObject, subresource: "status" | undefined): JsonRecord {
  if (subresource === "status") return object.status === undefined ? {} : { status: object.status };
  return ownedParts(object);
}

/** {@link owned} of a kind whose status has a path of its own: defaults the server puts there are nobody's. */
function writable(object: ServedObject, kind: Kind, writer: Writer): JsonRecord {
  const { status: _, ...rest } = owned(object, writer.subresource);
  return kind.hasStatus && writer.subresource === undefined ? rest : owned(object, writer.subresource);
}

function ownedParts(object: ServedObject): JsonRecord {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  const mine = Object.fromEntries(Object.entries(metadata).filter(([name]) => !SERVER_METADATA.includes(name)));
  return Object.keys(mine).length === 0 ? rest : { metadata: mine, ...rest };
}

function isBy(entry: ManagedFieldsEntry, writer: Writer, kind: Kind): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === writer.operation &&
    entry.apiVersion === kind.apiVersion &&
    (entry.subresource ?? "") === (writer.subresource ?? "")
  );
}

function fields(entry: ManagedFieldsEntry): FieldSet {
  return isFieldSet(entry.fieldsV1) && Object.keys(entry.fieldsV1).length > 0 ? entry.fieldsV1 : NOTHING;
}

function entryFor(
  mine: ManagedFieldsEntry | undefined,
  set: FieldSet,
  writer: Writer,
  kind: Kind,
): ManagedFieldsEntry | undefined {
  if (Object.keys(set).length === 0) return undefined;
  if (mine !== undefined && jsonEqual(mine.fieldsV1, set)) return mine;
  return {
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: kind.apiVersion,
    time: writer.time,
    fieldsType: "FieldsV1",
    fieldsV1: set,
    ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
  };
}

function withManagedFields(object: ServedObject, entries: readonly ManagedFieldsEntry[]): ServedObject {
  const { managedFields: _, ...metadata } = object.metadata;
  if (entries.length === 0) return { ...object, metadata };
  const sorted = [...entries].sort(
    (a, b) => order(a) - order(b) || compare(a.time, b.time) || compare(a.manager, b.manager),
  );
  return { ...object, metadata: { ...metadata, managedFields: sorted } };
}

function order(entry: ManagedFieldsEntry): number {
  return entry.operation === "Apply" ? 0 : 1;
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Overlaying and taking away keep what makes an object: nobody owns its name. */
function asObject(value: unknown): ServedObject {
  if (!isServedObject(value)) throw new TypeError("an applied object lost its metadata");
  return value;
}
