import type { ResourceKey } from "@fairlead/envoy";

/** One string for a resource's type and name, usable as a map key. */
export function refKey(ref: ResourceKey): string {
  return `${ref.typeUrl}|${ref.name}`;
}
