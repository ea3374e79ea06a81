import { checkText } from "./text.ts";

/** Gateway API's own limit is 1,024 characters; Ingress has none. */
const MAX_BYTES = 4096;

/** Why a path cannot be matched exactly or as a prefix; undefined: it can. */
export function checkPath(value: string): string | undefined {
  const problem = checkText(value, MAX_BYTES);
  if (problem !== undefined) return problem;
  if (!value.startsWith("/")) return "does not begin with /";
  if (/[?#]/.test(value)) return "holds ? or #, which end a path";
  return undefined;
}

/** Why a path cannot be written over a request's path, or a prefix of it; undefined: it can. An empty prefix may. */
export function checkReplacementPath(value: string, type: "full" | "prefix"): string | undefined {
  if (type === "prefix" && value === "") return undefined;
  return checkPath(value) ?? (/[\r\n]/.test(value) ? "holds a line break" : undefined);
}
