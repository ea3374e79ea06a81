import type { PathMatch, PathReplace } from "../model.ts";

/** A path, query included, after a replacement by whole path elements (Gateway API `HTTPPathModifier`). */
export function rewritePath(path: string, match: PathMatch, replace: PathReplace | undefined): string {
  if (replace === undefined) return path;
  const mark = path.indexOf("?");
  const elements = mark < 0 ? path : path.slice(0, mark);
  const query = mark < 0 ? "" : path.slice(mark);
  if (replace.type === "full" || match.type !== "prefix") return (replace.value === "" ? "/" : replace.value) + query;
  const from = trimSlashes(match.value);
  const to = trimSlashes(replace.value);
  const rest = elements.slice(from.length);
  if (to !== "" || from === "") return to + rest + query;
  return `/${rest.replace(/^\/+/, "")}${query}`;
}

function trimSlashes(path: string): string {
  return path.replace(/\/+$/, "");
}
