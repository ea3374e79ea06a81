import { checkHeaderName } from "./header.ts";
import { checkText } from "./text.ts";

/** Envoy's limit for a query parameter's name. */
const MAX_PARAM_NAME_BYTES = 1024;
const MAX_VALUE_BYTES = 16_384;

/** Why a header or query parameter cannot be compared with this value; undefined: it can. */
export function checkMatchValue(value: string): string | undefined {
  return checkText(value, MAX_VALUE_BYTES);
}

/** Why there cannot be a query parameter of this name; undefined: there can. */
export function checkParamName(name: string): string | undefined {
  return name === "" ? "is empty" : checkText(name, MAX_PARAM_NAME_BYTES);
}

/** Why this is not an HTTP method; undefined: it is. Methods have the grammar of header names. */
export function checkMethod(method: string): string | undefined {
  return checkHeaderName(method) === undefined ? undefined : "is not an HTTP method (RFC 9110 token)";
}
