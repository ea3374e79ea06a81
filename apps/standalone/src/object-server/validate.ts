import type { KubernetesStatusCause } from "@fairlead/kubernetes-types";
import { isRecord } from "./json-value.ts";
import { memberSchema, type Schema } from "./schema.ts";

/** What is wrong with a value by its schema, in the API server's words. */
export function validate(value: unknown, schema: Schema, path: string): KubernetesStatusCause[] {
  const causes: KubernetesStatusCause[] = [];
  check(value, schema, path, causes);
  return causes;
}

/** The paths of members that a closed schema does not know. */
export function unknownFields(
  value: unknown,
  schema: Schema | undefined,
  path: string,
  found: string[] = [],
): string[] {
  if (schema === undefined) return found;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) unknownFields(item, schema.items, `${path}[${index}]`, found);
  } else if (isRecord(value)) {
    for (const [name, member] of Object.entries(value)) {
      const at = path === "" ? name : `${path}.${name}`;
      const known = memberSchema(schema, name);
      if (known === undefined && schema.closed === true) found.push(at);
      else unknownFields(member, known, at, found);
    }
  }
  return found;
}

function check(value: unknown, schema: Schema, path: string, causes: KubernetesStatusCause[]): void {
  const wrongType = typeProblem(value, schema);
  if (wrongType !== undefined) {
    causes.push({
      reason: "FieldValueTypeInvalid",
      message: `Invalid value: ${show(value)}: ${wrongType}`,
      field: path,
    });
    return;
  }
  if (schema.enum !== undefined && !schema.enum.some((allowed) => allowed === value)) {
    const allowed = schema.enum.map((item) => JSON.stringify(item)).join(", ");
    causes.push({
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${show(value)}: supported values: ${allowed}`,
      field: path,
    });
  }
  const limit = limitProblem(value, schema);
  if (limit !== undefined)
    causes.push({ reason: "FieldValueInvalid", message: `Invalid value: ${show(value)}: ${limit}`, field: path });
  if (Array.isArray(value)) checkItems(value, schema, path, causes);
  else if (isRecord(value)) checkMembers(value, schema, path, causes);
}

function checkMembers(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  path: string,
  causes: KubernetesStatusCause[],
): void {
  const prefix = path === "" ? "" : `${path}.`;
  for (const name of schema.required ?? []) {
    if (value[name] === undefined || value[name] === null) {
      causes.push({ reason: "FieldValueRequired", message: "Required value", field: `${prefix}${name}` });
    }
  }
  for (const [name, member] of Object.entries(value)) {
    const known = memberSchema(schema, name);
    if (known !== undefined && member !== undefined && member !== null)
      check(member, known, `${prefix}${name}`, causes);
  }
}

function checkItems(value: readonly unknown[], schema: Schema, path: string, causes: KubernetesStatusCause[]): void {
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    if (schema.items !== undefined) check(item, schema.items, `${path}[${index}]`, causes);
    if (schema.keys === undefined || !isRecord(item)) continue;
    const key = Object.fromEntries(
      schema.keys.map((name) => [name, item[name] ?? schema.items?.properties?.[name]?.default]),
    );
    const identity = JSON.stringify(key);
    if (seen.has(identity)) {
      causes.push({
        reason: "FieldValueDuplicate",
        message: `Duplicate value: ${identity}`,
        field: `${path}[${index}]`,
      });
    }
    seen.add(identity);
  }
}

function typeProblem(value: unknown, schema: Schema): string | undefined {
  if (schema.type === undefined) return undefined;
  const type = Array.isArray(value)
    ? "array"
    : Number.isInteger(value)
      ? "integer"
      : value === null
        ? "null"
        : typeof value;
  return type === schema.type ? undefined : `must be of type ${schema.type}: ${JSON.stringify(type)}`;
}

function limitProblem(value: unknown, schema: Schema): string | undefined {
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum)
      return `should be greater than or equal to ${schema.minimum}`;
    if (schema.maximum !== undefined && value > schema.maximum)
      return `should be less than or equal to ${schema.maximum}`;
  } else if (typeof value === "string") {
    if (value.length < (schema.minLength ?? 0)) return `should be at least ${schema.minLength} chars long`;
    if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY))
      return `may not be more than ${schema.maxLength} bytes`;
  } else if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) return `should have at least ${schema.minItems} items`;
    if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY))
      return `must have at most ${schema.maxItems} items`;
  }
  return undefined;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
