import { RE2JS } from "re2js";
import { checkText } from "./text.ts";

/** Gateway API allows 1,024 characters in a path and 4,096 in a header or query value. */
const MAX_BYTES = 4096;

/** Why a pattern is not one that Envoy compiles (RE2 syntax, and not too large); undefined: it is. */
export function checkRegex(pattern: string): string | undefined {
  const problem = checkText(pattern, MAX_BYTES);
  if (problem !== undefined) return problem;
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error: unknown) {
    return `is not an RE2 pattern: ${error instanceof Error ? error.message : String(error)}`;
  }
}
