import type { PathMatch, PathReplace } from "@fairlead/mesh-model";
import { trimSlashes } from "./route-match.ts";

/** How a path is rewritten: Envoy swaps the matched prefix, or a regular expression's match. The query always stays. */
export type PathRewrite =
  | { readonly type: "none" }
  | { readonly type: "prefix"; readonly value: string }
  | { readonly type: "regex"; readonly pattern: string; readonly substitution: string };

/**
 * The rewrite that replaces whole path elements, so that slashes are neither doubled nor lost
 * (Gateway API `HTTPPathModifier`: `/foo` replaced by `/xyz/` makes `/foo/bar` `/xyz/bar`).
 */
export function pathRewrite(match: PathMatch, replace: PathReplace): PathRewrite {
  if (replace.type === "full" || match.type !== "prefix") {
    return { type: "regex", pattern: "^.*$", substitution: substitution(replace.value === "" ? "/" : replace.value) };
  }
  const from = trimSlashes(match.value);
  const to = trimSlashes(replace.value);
  if (from === to) return { type: "none" };
  // The matched prefix is `/` alone: what follows it has lost its slash.
  if (from === "") return { type: "prefix", value: `${to}/` };
  if (to !== "") return { type: "prefix", value: to };
  return { type: "regex", pattern: `^${quote(from)}/*`, substitution: "/" };
}

function quote(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

/** RE2 reads `\1` in a substitution as a group. */
function substitution(text: string): string {
  return text.replaceAll("\\", "\\\\");
}
