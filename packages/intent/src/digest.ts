import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical.ts";
import type { Json } from "./types.ts";

/**
 * The content digest of a rendered object: SHA-256 over its canonical JSON, in lower-case hex. Renderings carry
 * no revision yet, so an object that did not change keeps its digest, and with it its revision.
 */
export function digest(object: object): string {
  return createHash("sha256")
    .update(canonicalJson(asJson(object)))
    .digest("hex");
}

// SAFETY: callers hand in plain data that came from JSON; anything else fails in JSON.stringify.
const asJson = (object: object): Json => object as Json;
