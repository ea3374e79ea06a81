import { SCOPE_HEADER } from "../scope-lookup.ts";
import { checkText } from "./text.ts";

const MAX_NAME_BYTES = 256;
/** Envoy's own limit for a value it writes; percent signs count twice there, because they are escaped. */
const MAX_VALUE_BYTES = 16_384;

/** RFC 9110 token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Set by the connection alone: an edit would break the framing of the message. */
const FRAMING: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Why a route cannot match on a header of this name; undefined: it can. */
export function checkHeaderName(name: string): string | undefined {
  if (!TOKEN.test(name)) return "is not a header name (RFC 9110 token)";
  return checkText(name, MAX_NAME_BYTES);
}

/** Why a route cannot set, add or remove a header of this name; undefined: it can. */
export function checkEditableHeaderName(name: string): string | undefined {
  if (name.startsWith(":")) return "is a pseudo header, which cannot be edited";
  const lower = name.toLowerCase();
  if (lower === "host") return "cannot be edited; use a URL rewrite's hostname";
  if (lower === SCOPE_HEADER) return "is reserved";
  if (FRAMING.has(lower)) return "belongs to the connection and cannot be edited";
  return checkHeaderName(name);
}

/** Why a header cannot be given this value; undefined: it can. */
export function checkHeaderValue(value: string): string | undefined {
  const problem = checkText(value, MAX_VALUE_BYTES);
  if (problem !== undefined) return problem;
  if (/[\r\n]/.test(value)) return "holds a line break";
  if (Buffer.byteLength(value.replaceAll("%", "%%")) > MAX_VALUE_BYTES) {
    return `is longer than ${MAX_VALUE_BYTES} bytes, percent signs counted twice`;
  }
  return undefined;
}
