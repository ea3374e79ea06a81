import { RE2JS } from "re2js";
import { checkText } from "./text.ts";

/** Gateway API allows 1,024 characters in a path and 4,096 in a header or query value. */
const MAX_BYTES = 4096;

/**
 * Steps of the compiled pattern. RE2 needs time in proportion to steps × characters, so this bounds what one route
 * may cost the others: 2,000 steps on a path of 4 KB are about 10 ms at worst. Our bootstrap turns Envoy's own limit off.
 */
const MAX_STEPS = 2000;

/** An escape; `\x{…}` with its digits. Taken from left to right, so that `\\x{…}` is a backslash and text. */
const ESCAPES = /\\(?:x\{([0-9A-Fa-f]+)\}|[\s\S])/g;

/** Why a pattern is not one that Envoy compiles (RE2 syntax over bytes, and not too large); undefined: it is. */
export function checkRegex(pattern: string): string | undefined {
  if (pattern === "") return "is empty";
  const problem = checkText(pattern, MAX_BYTES);
  if (problem !== undefined) return problem;
  for (const [sequence, digits] of pattern.matchAll(ESCAPES)) {
    if (digits !== undefined && Number.parseInt(digits, 16) > 0xff) {
      return `is not an RE2 pattern over bytes: ${sequence} is more than \\x{ff}`;
    }
  }
  let steps: number;
  try {
    steps = RE2JS.compile(pattern).programSize();
  } catch (error: unknown) {
    return `is not an RE2 pattern: ${error instanceof Error ? error.message : String(error)}`;
  }
  return steps > MAX_STEPS ? `compiles to ${steps} steps; at most ${MAX_STEPS} are allowed` : undefined;
}
