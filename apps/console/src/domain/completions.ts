import { labelSelector } from "@fairlead/contract";
import { z } from "zod";
import { type CursorPlace, cursorPlace } from "./cursor-path.ts";
import type { Step } from "./field-path.ts";
import { isRecord, listOf, objectOf } from "./json-access.ts";
import type { KindInfo } from "./kinds.ts";

/** One thing that could stand at the cursor. */
export interface Completion {
  readonly label: string;
  /** What is written. */
  readonly insert: string;
  /** Such as `list`, `one of 3`. */
  readonly detail: string;
}

/** What could stand at the cursor, and which part of the text it replaces. */
export interface Completions {
  readonly from: number;
  readonly items: readonly Completion[];
}

type Schema = Readonly<Record<string, unknown>>;

/** The JSON schema of a kind's document. */
export function documentSchema({ apiVersion, kind, spec }: KindInfo): Schema {
  const texts = { type: "object", additionalProperties: { type: "string" } };
  return {
    type: "object",
    properties: {
      apiVersion: { const: apiVersion },
      kind: { const: kind },
      metadata: {
        type: "object",
        properties: { name: { type: "string" }, namespace: { type: "string" }, labels: texts, annotations: texts },
      },
      placement: { type: "object", properties: { clusterSelector: jsonSchema(labelSelector) } },
      driftPolicy: { enum: ["revert", "report"] },
      spec: jsonSchema(spec),
    },
  };
}

/** The field names or values that the schema allows at the cursor; undefined where nothing is known. */
export function completionsAt(text: string, offset: number, schema: Schema): Completions | undefined {
  const place = cursorPlace(text, offset);
  if (place === undefined) return undefined;
  const here = place.path.reduce<Schema | undefined>(step, schema);
  if (here === undefined) return undefined;
  const items = place.at === "value" ? valuesOf(here) : keysOf(here, place);
  return items.length === 0 ? undefined : { from: place.from, items };
}

function jsonSchema(schema: z.ZodType): Schema {
  const result: unknown = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
  return objectOf(result);
}

/** The alternatives of a schema, itself included. */
function branches(schema: Schema): Schema[] {
  const inner = [...listOf(schema.anyOf), ...listOf(schema.oneOf), ...listOf(schema.allOf)].map(objectOf);
  return [schema, ...inner.flatMap(branches)];
}

function step(schema: Schema | undefined, key: Step): Schema | undefined {
  if (schema === undefined) return undefined;
  for (const branch of branches(schema)) {
    const next =
      typeof key === "number" ? branch.items : (objectOf(branch.properties)[key] ?? branch.additionalProperties);
    if (isRecord(next)) return next;
  }
  return undefined;
}

function keysOf(schema: Schema, { siblings }: CursorPlace): Completion[] {
  const required = new Set(branches(schema).flatMap((branch) => listOf(branch.required)));
  return branches(schema)
    .flatMap((branch) => Object.entries(objectOf(branch.properties)))
    .filter(([name]) => !siblings.includes(name))
    .map(([name, property]) => {
      const detail = describe(objectOf(property));
      const nested = detail === "list" || detail === "object";
      return {
        label: name,
        insert: nested ? `${name}:` : `${name}: `,
        detail: required.has(name) ? `${detail}, required` : detail,
      };
    });
}

function valuesOf(schema: Schema): Completion[] {
  const values = branches(schema).flatMap((branch) => {
    if (branch.const !== undefined) return [branch.const];
    if (branch.type === "boolean") return [true, false];
    return [...listOf(branch.enum)];
  });
  return [...new Set(values.map(String))].map((label) => ({ label, insert: label, detail: "" }));
}

function describe(schema: Schema): string {
  const all = branches(schema);
  const values = valuesOf(schema);
  if (values.length > 1) return `one of ${values.length}`;
  const type = all.map((branch) => branch.type).find((one) => typeof one === "string");
  if (type === "array") return "list";
  if (type === "integer") return "whole number";
  return typeof type === "string" ? type : "value";
}
