import { formatRevision, MeshError } from "@fairlead/core";
import { findResource, type ResourceType } from "@fairlead/kubernetes";
import {
  apiGroup,
  DRIFT_POLICY_ANNOTATION,
  INTENT_ANNOTATION,
  type KubernetesObject,
  objectKey,
  parseObjectKey,
  REVISION_ANNOTATION,
} from "@fairlead/kubernetes-types";
import type { BundleEntry, BundleObject, DriftPolicy } from "@fairlead/tunnel";

/** An object ready to apply, and where the API server serves it. */
export interface RenderedObject {
  readonly resource: ResourceType;
  readonly object: KubernetesObject;
}

/**
 * The object of a bundle entry with its intent and revision annotated. Throws `invalid_request` when the body is no
 * object of the key it came under: the key is what claims and ownership are checked by.
 */
export function renderedObject(key: string, entry: BundleEntry, body: BundleObject): RenderedObject {
  const object = parse(key, body.body);
  if (objectKey(object) !== key) {
    const text = `the body is ${objectKey(object)}, not ${key}`;
    throw new MeshError("invalid_request", { public: text });
  }
  const annotations = {
    ...object.metadata.annotations,
    [INTENT_ANNOTATION]: body.intent,
    [REVISION_ANNOTATION]: formatRevision(entry.revision),
  };
  const resource = { ...resourceOf(key), ...served(object.apiVersion) };
  return { resource, object: { ...object, metadata: { ...object.metadata, annotations } } };
}

/** What is to be done when others change an object; a policy this version does not know is the careful one. */
export function driftPolicyOf(object: KubernetesObject): DriftPolicy {
  const policy = object.metadata.annotations?.[DRIFT_POLICY_ANNOTATION] ?? "revert";
  return policy === "revert" ? "revert" : "report";
}

/** Where the API server serves the kind of a key. Throws `invalid_request` for a kind the connector does not handle. */
export function resourceOf(key: string): ResourceType {
  const parts = parseObjectKey(key);
  const resource = parts === undefined ? undefined : findResource(parts.group, parts.kind);
  if (resource === undefined) {
    throw new MeshError("invalid_request", { public: `this connector does not handle the kind of ${key}` });
  }
  return resource;
}

function served(apiVersion: string): { apiVersion: string; version: string } {
  const group = apiGroup(apiVersion);
  return { apiVersion, version: group === "" ? apiVersion : apiVersion.slice(group.length + 1) };
}

function parse(key: string, body: string): KubernetesObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new MeshError("invalid_request", { public: `the body of ${key} is not JSON`, cause });
  }
  if (isObject(value)) return value;
  throw new MeshError("invalid_request", { public: `the body of ${key} lacks apiVersion, kind or metadata.name` });
}

function isObject(value: unknown): value is KubernetesObject {
  if (typeof value !== "object" || value === null || !("metadata" in value)) return false;
  const { metadata } = value;
  const named = typeof metadata === "object" && metadata !== null && "name" in metadata;
  const kinded = "apiVersion" in value && "kind" in value;
  return named && kinded && typeof value.apiVersion === "string" && typeof value.kind === "string";
}
