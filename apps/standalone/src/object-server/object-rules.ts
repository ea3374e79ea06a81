import type { KubernetesStatusCause } from "@fairlead/kubernetes-types";
import { ApiFailure, badRequest, invalid } from "./api-failure.ts";
import { isRecord } from "./json-value.ts";
import type { Kind } from "./kind.ts";
import { memberSchema, type Schema } from "./schema.ts";
import { isServedObject, type ServedObject } from "./served-object.ts";
import { unknownFields, validate } from "./validate.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** How the request wants members to be treated that the schema does not know. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** A body as an object of this kind and place, without nulls; throws a bad request when it claims to be another. */
export function readObject(
  body: unknown,
  kind: Kind,
  namespace: string | undefined,
  name: string | undefined,
): ServedObject {
  const object = withoutNulls(body);
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  const filled = isRecord(object)
    ? { ...object, metadata: { ...metadata, name: metadata.name ?? name ?? "" } }
    : object;
  if (!isServedObject(filled))
    throw badRequest("the body is not a Kubernetes object: apiVersion, kind and metadata are needed");
  if (filled.apiVersion !== kind.apiVersion || filled.kind !== kind.kind) {
    throw badRequest(
      `${filled.apiVersion} ${filled.kind} is not what this path serves (${kind.apiVersion} ${kind.kind})`,
    );
  }
  if (name !== undefined && filled.metadata.name !== name) {
    throw badRequest(`the name of the object (${filled.metadata.name}) does not match the name on the URL (${name})`);
  }
  const given = filled.metadata.namespace ?? namespace;
  if (given !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  return namespace === undefined ? filled : { ...filled, metadata: { ...filled.metadata, namespace } };
}

/** Throws what is wrong with an object's name and schema, all at once. */
export function checkObject(object: ServedObject, kind: Kind): void {
  const causes: KubernetesStatusCause[] = [];
  const { name } = object.metadata;
  if (name === "") {
    causes.push({
      reason: "FieldValueRequired",
      message: "Required value: name or generateName is required",
      field: "metadata.name",
    });
  } else if (name.length > 253 || !SUBDOMAIN.test(name)) {
    causes.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
      field: "metadata.name",
    });
  }
  causes.push(...validate(object, kind.schema, ""));
  if (causes.length > 0) throw invalid(kind, name, causes);
}

/** Drops members the schema does not know, or refuses them; says which were dropped. */
export function checkFields(
  object: ServedObject,
  kind: Kind,
  mode: FieldValidation,
): { object: ServedObject; warnings: string[] } {
  const unknown = unknownFields(object, kind.schema, "");
  if (unknown.length === 0) return { object, warnings: [] };
  const warnings = unknown.map((field) => `unknown field ${JSON.stringify(field)}`);
  if (mode === "Strict") {
    const what = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`;
    throw badRequest(`${what}: strict decoding error: ${warnings.join(", ")}`);
  }
  const pruned = prune(object, kind.schema);
  return { object: isServedObject(pruned) ? pruned : object, warnings: mode === "Warn" ? warnings : [] };
}

/** Refuses members the schema does not know, as server-side apply does: it cannot own what it does not know. */
export function checkApplied(object: ServedObject, kind: Kind): void {
  const [field] = unknownFields(object, kind.schema, "");
  if (field === undefined) return;
  const { namespace = "", name } = object.metadata;
  const what = `${namespace}/${name}; ${kind.apiVersion}, Kind=${kind.kind}`;
  const text = `failed to create typed patch object (${what}): .${field}: field not declared in schema`;
  // The API server has no better status for this.
  throw new ApiFailure(500, "", text);
}

function prune(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => prune(item, schema.items));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).flatMap(([name, member]) => {
    const known = memberSchema(schema, name);
    return known === undefined && schema.closed === true ? [] : [[name, prune(member, known)] as const];
  });
  return Object.fromEntries(kept);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]));
}
