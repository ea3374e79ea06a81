import { openApiDocument } from "@fairlead/contract";
import { expect, test } from "vitest";
import { gatewaySchemas } from "./gateway-schema.ts";
import { routeSchemas } from "./route-schema.ts";
import type { Schema } from "./schema.ts";

// Guarantee: what the contract takes, this server keeps, and it knows no other field. The contract is held to the CRDs
// by a test of its own. Patterns and lengths of texts are left to the contract.
interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

test.each([
  ["GatewaySpec", gatewaySchemas.Gateway.spec],
  ["HTTPRouteSpec", routeSchemas.HTTPRoute.spec],
  ["GRPCRouteSpec", routeSchemas.GRPCRoute.spec],
])("%s has the fields, words, counts and required members of the contract", (component, schema) => {
  const { schemas }: { schemas: Record<string, JsonSchema> } = JSON.parse(JSON.stringify(openApiDocument().components));
  expect(differences(schema, schemas[component] ?? {}, "spec")).toEqual([]);
});

function differences(schema: Schema, contract: JsonSchema, path: string): string[] {
  // Label selectors are a component of their own, and open here.
  if (path.endsWith(".selector")) return [];
  const found: string[] = [];
  const compare = (what: string, mine: unknown, theirs: unknown) => {
    const [a, b] = [JSON.stringify(mine), JSON.stringify(theirs)];
    if (a !== b) found.push(`${path}: ${what} is ${a}, in the contract ${b}`);
  };
  compare("enum", schema.enum?.map(String).sort(), contract.enum?.map(String).sort());
  compare("minItems", schema.minItems ?? 0, contract.minItems ?? 0);
  compare("maxItems", schema.maxItems, contract.maxItems);
  compare("required", [...(schema.required ?? [])].sort(), [...(contract.required ?? [])].sort());
  if (schema.type === "array" && schema.items !== undefined && contract.items !== undefined)
    found.push(...differences(schema.items, contract.items, `${path}[]`));
  const [mine, theirs] = [schema.properties ?? {}, contract.properties ?? {}];
  compare("members", Object.keys(mine).sort(), Object.keys(theirs).sort());
  for (const [name, member] of Object.entries(mine)) {
    const other = theirs[name];
    if (other !== undefined) found.push(...differences(member, other, `${path}.${name}`));
  }
  return found;
}
