import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const REFERENCE = "#/definitions/";

/**
 * Writes one JSON Schema per kind of a Kubernetes OpenAPI document into a folder, named as kubeconform looks for them
 * (`{{.ResourceKind}}{{.KindSuffix}}.json`). A field the API does not know is an error.
 */
export function writeStrictSchemas(openApi: string, folder: string): void {
  const document: { readonly definitions: Readonly<Record<string, JsonObject>> } = JSON.parse(
    readFileSync(openApi, "utf8"),
  );
  const definitions = new Map(
    Object.entries(document.definitions).map(([name, schema]) => [name, strict(name, schema)]),
  );
  mkdirSync(folder, { recursive: true });
  for (const [name, schema] of Object.entries(document.definitions)) {
    for (const kind of kindsOf(schema)) {
      const needed = Object.fromEntries([...reachable(definitions, name)].map((key) => [key, definitions.get(key)]));
      const [group] = kind.group.split(".");
      const file = [kind.kind, group, kind.version]
        .filter((part) => part !== "")
        .join("-")
        .toLowerCase();
      writeFileSync(join(folder, `${file}.json`), JSON.stringify({ $ref: REFERENCE + name, definitions: needed }));
    }
  }
}

function kindsOf(schema: JsonObject): readonly GroupVersionKind[] {
  const kinds = schema["x-kubernetes-group-version-kind"];
  if (!Array.isArray(kinds) || kinds.length !== 1) return [];
  return kinds.filter(isKind);
}

function isKind(value: unknown): value is GroupVersionKind {
  return typeof value === "object" && value !== null && "group" in value && "version" in value && "kind" in value;
}

function strict(name: string, schema: JsonObject): JsonObject {
  if (name.endsWith(".IntOrString")) return { type: ["string", "integer"] };
  if (name.endsWith(".Quantity")) return { type: ["string", "number"] };
  const { "x-kubernetes-group-version-kind": _, ...rest } = schema;
  return rest.properties === undefined ? rest : { ...rest, additionalProperties: false };
}

function reachable(definitions: ReadonlyMap<string, JsonObject>, from: string): ReadonlySet<string> {
  const seen = new Set([from]);
  for (const name of seen) {
    for (const [, next] of JSON.stringify(definitions.get(name)).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      if (next !== undefined) seen.add(next);
    }
  }
  return seen;
}
