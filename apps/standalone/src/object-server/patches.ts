import { badRequest } from "./api-failure.ts";
import { isRecord, type JsonRecord, jsonEqual } from "./json-value.ts";
import { memberSchema, type Schema } from "./schema.ts";

/** JSON merge patch (RFC 7396). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

/**
 * Strategic merge patch: a merge patch in which keyed lists merge by their first key and sets by value. Directives:
 * `$patch: delete|replace`, `$deleteFromPrimitiveList`; orders (`$setElementOrder`) are of no consequence for our kinds.
 */
export function strategicMergePatch(target: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(patch)) return mergeList(Array.isArray(target) ? target : [], patch, schema);
  if (!isRecord(patch)) return patch;
  if (patch.$patch === "replace") return withoutDirectives(patch);
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    const [directive, list] = name.split("/");
    if (directive === "$deleteFromPrimitiveList" && list !== undefined) {
      const old = result[list];
      const gone: readonly unknown[] = Array.isArray(value) ? value : [];
      if (Array.isArray(old)) result[list] = old.filter((item) => !gone.includes(item));
    } else if (name.startsWith("$")) {
    } else if (value === null || (isRecord(value) && value.$patch === "delete")) {
      delete result[name];
    } else {
      result[name] = strategicMergePatch(result[name], value, memberSchema(schema, name));
    }
  }
  return result;
}

function mergeList(
  target: readonly unknown[],
  patch: readonly unknown[],
  schema: Schema | undefined,
): readonly unknown[] {
  if (schema?.set === true) return [...target, ...patch.filter((item) => !target.includes(item))];
  const key = schema?.keys?.[0];
  if (key === undefined) return patch;
  const result = [...target];
  for (const item of patch) {
    if (!isRecord(item)) continue;
    const index = result.findIndex((old) => isRecord(old) && old[key] === item[key]);
    if (item.$patch === "delete") {
      if (index >= 0) result.splice(index, 1);
    } else if (item.$patch === "replace" && item[key] === undefined) {
      return patch.filter((other) => other !== item);
    } else if (index < 0) {
      result.push(withoutDirectives(item));
    } else {
      result[index] = strategicMergePatch(result[index], item, schema?.items);
    }
  }
  return result;
}

function withoutDirectives(patch: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(patch).filter(([name]) => !name.startsWith("$")));
}

/** JSON patch (RFC 6902). Throws a bad request when an operation does not fit. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest("a JSON patch is a list of operations");
  const operations: readonly unknown[] = patch;
  return operations.reduce<unknown>((value, operation) => {
    if (!isRecord(operation)) throw badRequest("an operation of a JSON patch is an object");
    return applyOperation(value, operation);
  }, structuredClone(target));
}

function applyOperation(root: unknown, operation: JsonRecord): unknown {
  const path = pointer(operation.path);
  switch (operation.op) {
    case "add":
      return edit(root, path, operation.value, true);
    case "replace":
      read(root, path);
      return edit(root, path, operation.value, false);
    case "remove":
      read(root, path);
      return edit(root, path, undefined, false);
    case "move": {
      const from = pointer(operation.from);
      const value = read(root, from);
      return edit(edit(root, from, undefined, false), path, value, true);
    }
    case "copy":
      return edit(root, path, structuredClone(read(root, pointer(operation.from))), true);
    case "test":
      if (jsonEqual(read(root, path), operation.value)) return root;
      throw badRequest(`testing value ${String(operation.path)} failed`);
    default:
      throw badRequest(`a JSON patch has no operation ${JSON.stringify(operation.op)}`);
  }
}

function pointer(path: unknown): string[] {
  if (typeof path !== "string" || (path !== "" && !path.startsWith("/")))
    throw badRequest(`${JSON.stringify(path)} is not a JSON pointer`);
  return path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(root: unknown, path: readonly string[]): unknown {
  let at = root;
  for (const step of path) {
    const next: unknown = Array.isArray(at) ? at[Number(step)] : isRecord(at) ? at[step] : undefined;
    if (next === undefined) throw badRequest(`/${path.join("/")} is not in the object`);
    at = next;
  }
  return at;
}

/** Sets a value (undefined removes it). `root` is a private copy. */
function edit(root: unknown, path: readonly string[], value: unknown, insert: boolean): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root)) {
    const items: unknown[] = [...root];
    const index = step === "-" ? items.length : Number(step);
    if (!Number.isInteger(index) || index < 0 || index > items.length)
      throw badRequest(`${JSON.stringify(step)} is not an index of the list`);
    if (rest.length > 0) items[index] = edit(items[index], rest, value, insert);
    else if (value === undefined) items.splice(index, 1);
    else items.splice(index, insert ? 0 : 1, value);
    return items;
  }
  if (!isRecord(root)) throw badRequest(`/${path.join("/")} is not in the object`);
  const next = rest.length === 0 ? value : edit(root[step], rest, value, insert);
  return next === undefined
    ? Object.fromEntries(Object.entries(root).filter(([name]) => name !== step))
    : { ...root, [step]: next };
}
