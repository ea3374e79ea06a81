import { createHash } from "node:crypto";
import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { Origin } from "@fairlead/mesh-model";
import type { TypeUrl } from "./type-url.ts";

/** A Kubernetes object, written as in the mesh model. */
export type ObjectKey = Origin["object"];

/** Names a resource among all that Envoy holds. */
export interface ResourceKey {
  readonly typeUrl: TypeUrl;
  readonly name: string;
}

/** One resource as it goes to Envoy, with what the server of it has to know. */
export interface EnvoyResource extends ResourceKey {
  /** Hash of the content: equal content has an equal version, on every node and after every restart. */
  readonly version: string;
  /** The encoded message. */
  readonly body: Uint8Array;
  /** The Kubernetes objects it came from, sorted: to whom an answer of Envoy is told. */
  readonly sources: readonly ObjectKey[];
  /** Must be in force (acknowledged, with all they require) before this one is sent. Sorted. */
  readonly requires: readonly ResourceKey[];
}

/** Encodes `message` as a resource. `sources` and `requires` may repeat and come in any order. */
export function resource<Desc extends DescMessage>(
  typeUrl: TypeUrl,
  name: string,
  schema: Desc,
  message: MessageShape<Desc>,
  sources: Iterable<ObjectKey>,
  requires: Iterable<ResourceKey> = [],
): EnvoyResource {
  const body = toBinary(schema, message);
  return {
    typeUrl,
    name,
    version: createHash("sha256").update(body).digest("base64url").slice(0, 16),
    body,
    sources: [...new Set(sources)].sort(),
    requires: distinct(requires),
  };
}

/** Sorted by type and name. */
export function sortKeys<Key extends ResourceKey>(keys: Iterable<Key>): Key[] {
  return [...keys].sort((a, b) => {
    if (a.typeUrl !== b.typeUrl) return a.typeUrl < b.typeUrl ? -1 : 1;
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  });
}

function distinct(keys: Iterable<ResourceKey>): ResourceKey[] {
  const byText = new Map<string, ResourceKey>();
  for (const key of keys) byText.set(`${key.typeUrl}\n${key.name}`, key);
  return sortKeys(byText.values());
}
