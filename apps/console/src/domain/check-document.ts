import {
  fieldProblems,
  type IntentInput,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  nearest,
  unknownField,
} from "@fairlead/contract";
import { type Document, LineCounter, parseDocument } from "yaml";
import { parseFieldPath, type Step } from "./field-path.ts";
import { DOCUMENT_KEYS, documentField, inputOf, METADATA_KEYS } from "./intent-document.ts";
import type { KindInfo } from "./kinds.ts";
import { rangeOfField, type TextRange } from "./yaml-position.ts";

/** Something wrong in a document, and where. */
export interface DocumentProblem extends TextRange {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Field path in the document; empty when the YAML itself is broken. */
  readonly field: string;
  readonly message: string;
}

/** A document that was checked: the body of the write when nothing is wrong. */
export interface CheckedDocument {
  readonly input: IntentInput | undefined;
  readonly problems: readonly DocumentProblem[];
}

/** What a document is held against: the kind, and the name that must stay. */
export interface DocumentRules {
  readonly kind: KindInfo;
  /** Of an intent that exists: its name and namespace cannot change. */
  readonly identity?: { readonly name: string; readonly namespace: string } | undefined;
}

/** Reads and checks an editor's text: YAML, form of the manifest, then the API's own schema. */
export function checkDocument(text: string, rules: DocumentRules): CheckedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (range: TextRange, field: string, message: string): DocumentProblem => {
    const { line, col } = lines.linePos(range.from);
    return { ...range, line: Math.max(line, 1), column: Math.max(col, 1), field, message };
  };
  if (document.errors.length > 0) {
    return {
      input: undefined,
      problems: document.errors.map(({ pos, message }) =>
        place({ from: pos[0], to: Math.max(pos[1], pos[0] + 1) }, "", `not valid YAML: ${message}`),
      ),
    };
  }
  const at = (field: string, message: string, path: readonly Step[] = parseFieldPath(field)) =>
    place(rangeOfField(document, path, blamesKey(message) ? "key" : "value"), field, message);
  const value = plainValue(document);
  if ("problem" in value) return { input: undefined, problems: [at("", value.problem, [])] };
  const shape = shapeProblems(value.object, rules);
  if (shape.length > 0) return { input: undefined, problems: shape.map(([field, message]) => at(field, message)) };
  const input = inputOf(value.object);
  const result = rules.kind.input.safeParse(input);
  if (result.success) return { input: result.data, problems: [] };
  const problems = fieldProblems(result.error, input).map((problem) => {
    const field = documentField(problem.field);
    return at(field, problem.value === undefined ? problem.message : `${problem.message} (got ${problem.value})`);
  });
  return { input: undefined, problems };
}

/** Where a field of the document stands in a text; undefined when the text is no YAML. */
export function placeOfField(text: string, field: string): DocumentProblem | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) return undefined;
  const range = rangeOfField(document, parseFieldPath(field));
  const { line, col } = lines.linePos(range.from);
  return { ...range, line, column: col, field, message: "" };
}

function plainValue(document: Document): { readonly object: JsonObject } | { readonly problem: string } {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { problem: `not valid YAML: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (isJsonObject(value)) return { object: value };
  return { problem: "must be one Kubernetes object: apiVersion, kind, metadata, placement and spec" };
}

function shapeProblems(object: JsonObject, { kind, identity }: DocumentRules): [field: string, message: string][] {
  const problems: [string, string][] = [];
  for (const key of Object.keys(object)) {
    if (!includes(DOCUMENT_KEYS, key)) problems.push([key, unknownKey(key, DOCUMENT_KEYS)]);
  }
  const fixed = (field: string, given: JsonValue | undefined, wanted: string, why: string) => {
    if (given !== wanted)
      problems.push([field, given === undefined ? `is required: ${wanted}` : `must be ${wanted}${why}`]);
  };
  fixed("apiVersion", object.apiVersion, kind.apiVersion, "");
  fixed("kind", object.kind, kind.kind, "");
  const metadata = object.metadata;
  if (!isJsonObject(metadata)) return [...problems, ["metadata", "must be an object with name and namespace"]];
  for (const key of Object.keys(metadata)) {
    if (!includes(METADATA_KEYS, key)) problems.push([`metadata.${key}`, unknownKey(key, METADATA_KEYS)]);
  }
  if (identity !== undefined) {
    const why = ": an intent keeps its name and namespace; delete it and create another instead";
    fixed("metadata.name", metadata.name, identity.name, why);
    fixed("metadata.namespace", metadata.namespace ?? "default", identity.namespace, why);
  }
  return problems;
}

/** Fields that Kubernetes fills in are no slip of the fingers: they come from a copied manifest. */
const FILLED_BY_KUBERNETES = ["status", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"];

function unknownKey(key: string, known: readonly string[]): string {
  if (FILLED_BY_KUBERNETES.includes(key) && nearest(key, known) === undefined)
    return "is Kubernetes' own; leave it out";
  return unknownField(key, known);
}

function includes(list: readonly string[], text: string): boolean {
  return list.includes(text);
}

/** Whether it is the name of the field that is wrong and not its value. */
function blamesKey(message: string): boolean {
  return message.startsWith("unknown field") || message.startsWith("is Kubernetes' own");
}
