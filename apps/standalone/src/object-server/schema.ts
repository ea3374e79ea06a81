/**
 * As much of a kind's schema as this server uses: how lists merge in server-side apply, what must be there, and which
 * values are allowed. What a schema does not mention is accepted.
 */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "integer" | "boolean";
  /** Members that must be there. */
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Refuse members not in `properties` when the request asks for strict field validation. */
  readonly closed?: true;
  /** Of an object whose members are not known by name. */
  readonly values?: Schema;
  /** Of a list. A list merges as a whole unless it has `keys` or is a `set`. */
  readonly items?: Schema;
  /** Members that tell the items of a list apart. */
  readonly keys?: readonly string[];
  /** A list of different scalars. */
  readonly set?: true;
  /** An object that merges as a whole. */
  readonly atomic?: true;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of a key member that is left out. */
  readonly default?: string;
}

/** The schema of an object's member, when it is known. */
export function memberSchema(schema: Schema | undefined, name: string): Schema | undefined {
  return schema?.properties?.[name] ?? schema?.values;
}

/** A string. */
export const text: Schema = { type: "string" };
/** A string that may not be empty. */
export const nonEmpty: Schema = { type: "string", minLength: 1 };
/** A whole number. */
export const integer: Schema = { type: "integer" };
/** A TCP or UDP port. */
export const port: Schema = { type: "integer", minimum: 1, maximum: 65535 };

/** One of a few words or numbers. */
export function oneOf(...values: (string | number)[]): Schema {
  return { enum: values };
}

/** An object with these members; others are accepted too. */
export function object(properties: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return { type: "object", properties, required };
}

/** {@link object} of which all members are known. */
export function closed(properties: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return { type: "object", properties, required, closed: true };
}

/** A list that merges as a whole. */
export function list(items: Schema, limits: Pick<Schema, "minItems" | "maxItems"> = {}): Schema {
  return { type: "array", items, ...limits };
}

/** A list whose items are merged by these members. */
export function listBy(
  keys: readonly string[],
  items: Schema,
  limits: Pick<Schema, "minItems" | "maxItems"> = {},
): Schema {
  return { type: "array", keys, items, ...limits };
}

/** Status conditions, one per type. */
export const conditions: Schema = listBy(
  ["type"],
  object({ type: nonEmpty, status: oneOf("True", "False", "Unknown") }, "type", "status"),
);
