/** As much of a JSON schema as CRDs and our OpenAPI document use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
}

/** What a schema says of one field, in a form in which equal rules are equal. */
export interface Facets {
  readonly type: string | undefined;
  readonly enum: readonly string[] | undefined;
  readonly pattern: string | undefined;
  readonly minLength: number;
  readonly maxLength: number | undefined;
  readonly minItems: number;
  readonly maxItems: number | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly maxProperties: number | undefined;
  readonly required: readonly string[];
}

/**
 * Every field of a schema by its path: `.name` for members, `[]` for items, `{}` for values of a map. `resolve` gives
 * the component that a `$ref` names.
 */
export function flatten(schema: JsonSchema, resolve?: (name: string) => JsonSchema): Map<string, Facets> {
  const fields = new Map<string, Facets>();
  visit(schema, "spec");
  return fields;

  function visit(given: JsonSchema, path: string): void {
    const name = given.$ref?.split("/").at(-1);
    const own = name === undefined || resolve === undefined ? given : resolve(name);
    fields.set(path, facetsOf(own));
    for (const [member, inner] of Object.entries(own.properties ?? {})) visit(inner, `${path}.${member}`);
    if (own.items !== undefined) visit(own.items, `${path}[]`);
    if (isSchema(own.additionalProperties)) visit(own.additionalProperties, `${path}{}`);
  }
}

/** Whether a value can be looked at as a schema. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function facetsOf(schema: JsonSchema): Facets {
  const pattern = schema.pattern === undefined ? undefined : canonicalPattern(schema.pattern);
  const isLong = schema.format === "int32" && schema.maximum === undefined;
  return {
    type: schema.type,
    enum: schema.enum?.map(String).sort(),
    pattern,
    // A pattern that refuses the empty text says as much as a length of one.
    minLength: Math.max(schema.minLength ?? 0, pattern !== undefined && !new RegExp(pattern).test("") ? 1 : 0),
    maxLength: schema.maxLength,
    minItems: schema.minItems ?? 0,
    maxItems: schema.maxItems,
    minimum: schema.minimum,
    maximum: isLong ? 2_147_483_647 : schema.maximum,
    maxProperties: schema.maxProperties,
    required: [...(schema.required ?? [])].sort(),
  };
}

/** One spelling of escapes that mean the same. */
function canonicalPattern(pattern: string): string {
  return pattern.replaceAll("\\x60", "`").replaceAll("\\/", "/").replaceAll("\\-]", "-]").replaceAll("[%]", "%");
}
