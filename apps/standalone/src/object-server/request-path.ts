import { type Kind, kindAt } from "./kind.ts";

/** What a path under `/api` or `/apis` names. */
export interface ObjectPath {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: "status" | undefined;
}

/** Reads the path of a collection, an object or its status; undefined when it names nothing we serve. */
export function parseObjectPath(path: string): ObjectPath | undefined {
  const steps = path.split("/").slice(1).map(decode);
  const isCore = steps[0] === "api";
  if (!isCore && steps[0] !== "apis") return undefined;
  const apiVersion = isCore ? steps[1] : `${steps[1]}/${steps[2]}`;
  const rest = steps.slice(isCore ? 2 : 3);
  if (apiVersion === undefined || rest.some((step) => step === undefined || step === "")) return undefined;
  const inNamespace = rest[0] === "namespaces" && rest.length >= 3 && kindAt(apiVersion, rest[2] ?? "") !== undefined;
  const namespace = inNamespace ? rest[1] : undefined;
  const [plural, name, subresource, ...more] = inNamespace ? rest.slice(2) : rest;
  const kind = kindAt(apiVersion, plural ?? "");
  if (kind === undefined || more.length > 0 || (namespace !== undefined && !kind.namespaced)) return undefined;
  // An object of a namespaced kind has no address without its namespace.
  if (name !== undefined && kind.namespaced && namespace === undefined) return undefined;
  if (subresource !== undefined && (subresource !== "status" || !kind.hasStatus)) return undefined;
  return { kind, namespace, name, subresource };
}

function decode(step: string): string | undefined {
  try {
    return decodeURIComponent(step);
  } catch {
    return undefined;
  }
}
