import { isJsonObject, type JsonObject, type JsonValue, unknownField } from "@fairlead/contract";
import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { lineOf } from "./position.ts";
import type { Source } from "./sources.ts";

/** One Kubernetes object as it was written, and where. */
export interface Manifest {
  readonly source: string;
  /** Of the object's first line. */
  readonly line: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
  readonly spec: JsonValue | undefined;
  /** The line of a field below the object, such as `spec.rules[0]`. */
  lineOf(field: string): number;
}

/** Something wrong in a manifest, and where. */
export interface ManifestProblem {
  readonly source: string;
  readonly line: number;
  readonly message: string;
}

/** The manifests of a text, and everything that keeps it from being read. */
export interface Parsed {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly ManifestProblem[];
}

const TOP = ["apiVersion", "kind", "metadata", "spec", "status"];

/** Reads a multi-document YAML or JSON text. Lists (`kind: List`) are taken apart; empty documents are nothing. */
export function parseManifests({ name: source, text }: Source): Parsed {
  const lines = new LineCounter();
  const manifests: Manifest[] = [];
  const problems: ManifestProblem[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      problems.push({ source, line, message: `column ${col}: not valid YAML: ${error.message}` });
      continue;
    }
    readDocument(document, lines, source, manifests, problems);
  }
  return { manifests, problems };
}

function readDocument(
  document: Document,
  lines: LineCounter,
  source: string,
  manifests: Manifest[],
  problems: ManifestProblem[],
): void {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? null;
  } catch (error) {
    problems.push({
      source,
      line: 1,
      message: `not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    });
    return;
  }
  if (value === null) return;
  const items = isObject(value) && value.kind === "List" && Array.isArray(value.items) ? value.items : undefined;
  const objects = items?.map((item, index) => [item, `items[${index}].`] as const) ?? [[value, ""] as const];
  for (const [object, prefix] of objects) {
    const at = (field: string) => lineOf(document, lines, prefix + field);
    const say = (field: string, message: string) => problems.push({ source, line: at(field), message });
    if (!isObject(object) || !isJsonObject(object)) {
      say("", "must be a Kubernetes object: a map with apiVersion, kind, metadata and spec");
      continue;
    }
    const { apiVersion, kind, metadata, spec } = object;
    if (typeof apiVersion !== "string") say("apiVersion", "apiVersion: is required");
    if (typeof kind !== "string") say("kind", "kind: is required");
    if (!isJsonObject(metadata)) say("metadata", "metadata: is required, with a name");
    if (typeof apiVersion !== "string" || typeof kind !== "string" || !isJsonObject(metadata)) continue;
    const unknown = Object.keys(object).filter((key) => !TOP.includes(key));
    for (const key of unknown) say(key, `${key}: ${unknownField(key, TOP)}`);
    if (unknown.length > 0) continue;
    manifests.push({ source, line: at(""), apiVersion, kind, metadata, spec, lineOf: at });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
