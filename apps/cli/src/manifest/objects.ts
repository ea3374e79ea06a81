import { MeshError } from "@fairlead/core";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { parseAllDocuments } from "yaml";
import type { Io } from "../io.ts";
import { readSources } from "./sources.ts";

const CLUSTER_SCOPED: ReadonlySet<string> = new Set(["Namespace", "GatewayClass", "IngressClass"]);

/**
 * The Kubernetes objects of files, of whatever kind, as they are written; Lists are taken apart, and what names no
 * namespace is in `default`. Throws `malformed_body` when a text is no YAML or holds something else than objects.
 */
export async function loadObjects(paths: readonly string[], io: Io): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  for (const { name, text } of await readSources(paths, io)) {
    for (const [index, document] of parseAllDocuments(text, { prettyErrors: false }).entries()) {
      const [error] = document.errors;
      const value: unknown = error === undefined ? (document.toJS({ maxAliasCount: 100 }) ?? null) : null;
      if (error !== undefined) throw malformed(`${name}: document ${index + 1} is not YAML: ${error.message}`);
      if (value === null) continue;
      for (const item of items(value)) {
        if (!isObject(item)) throw malformed(`${name}: document ${index + 1} is not a Kubernetes object`);
        objects.push(withNamespace(item));
      }
    }
  }
  if (objects.length === 0) throw malformed("there is no manifest in what -f names");
  return objects;
}

function items(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null || !("items" in value)) return [value];
  const { items: inner }: { readonly items: unknown } = value;
  return Array.isArray(inner) ? inner : [value];
}

function isObject(value: unknown): value is KubernetesObject {
  return (
    typeof value === "object" &&
    value !== null &&
    "apiVersion" in value &&
    typeof value.apiVersion === "string" &&
    "kind" in value &&
    typeof value.kind === "string" &&
    "metadata" in value &&
    typeof value.metadata === "object" &&
    value.metadata !== null &&
    "name" in value.metadata &&
    typeof value.metadata.name === "string"
  );
}

function withNamespace(object: KubernetesObject): KubernetesObject {
  if (CLUSTER_SCOPED.has(object.kind) || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace: "default" } };
}

function malformed(message: string): MeshError {
  return new MeshError("malformed_body", { public: message });
}
