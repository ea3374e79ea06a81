import { RE2JS } from "re2js";

/**
 * Whether an RE2 pattern matches the whole of a text, byte by byte as Envoy does it. A pattern that does not compile
 * matches nothing.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return compile(pattern)?.matches(bytes(text)) ?? false;
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(bytes(pattern));
  } catch {
    return undefined;
  }
}

// One character per byte of UTF-8.
function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
