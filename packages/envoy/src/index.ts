export type { EnvoyResource, ObjectKey, ResourceKey } from "./resource.ts";
export { TYPE_URL, type TypeUrl } from "./type-url.ts";
