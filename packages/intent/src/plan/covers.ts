import type { PathMatch, RouteMatch, ValueMatch } from "@fairlead/mesh-model";

/**
 * Whether every request that `b` matches is one that `a` matches, as far as that can be proven: `same` when they match
 * the same requests by the same conditions, `wider` when `a` asks less. Undefined proves nothing either way.
 */
export function covers(a: RouteMatch, b: RouteMatch): "same" | "wider" | undefined {
  if (matchText(a) === matchText(b)) return "same";
  return isWider(a, b) ? "wider" : undefined;
}

/** Whether `a` provably matches every request that `b` does; of two that are the same it need not be asked. */
export function isWider(a: RouteMatch, b: RouteMatch): boolean {
  if (!pathCovers(a.path, b.path)) return false;
  if (a.method !== undefined && a.method !== b.method) return false;
  if (a.grpc === true && b.grpc !== true) return false;
  return implies(b.headers, a.headers) && implies(b.queryParams, a.queryParams);
}

/** The conditions of a match as text: equal texts match the same requests. */
export function matchText({ path, method, grpc, headers, queryParams }: RouteMatch): string {
  const values = (list: readonly ValueMatch[]) => list.map(({ name, type, value }) => [name, type, value]).sort();
  return JSON.stringify([path.type, path.value, method ?? "", grpc === true, values(headers), values(queryParams)]);
}

/** Whether a path match takes every request, whatever its path. */
function takesAllPaths({ type, value }: PathMatch): boolean {
  return type === "prefix" ? value === "/" : type === "regex" && EVERYTHING.has(value);
}

// Request paths begin with a slash and have no line breaks.
const EVERYTHING: ReadonlySet<string> = new Set([".*", "/.*", ".+", "(.*)", "(/.*)", "^.*$", "^/.*$", "^/.*", "^.*"]);

function pathCovers(a: PathMatch, b: PathMatch): boolean {
  if (takesAllPaths(a)) return true;
  if (a.type === b.type && a.value === b.value) return true;
  if (a.type === "regex") return false;
  const { text, whole } = b.type === "regex" ? literalHead(b.value) : { text: b.value, whole: true };
  if (a.type === "exact") return b.type !== "prefix" && whole && text === a.value;
  return text.startsWith(`${a.value}/`) || (whole && text === a.value);
}

/** Whether conditions contain all the others: each asked for by name, way and value. */
function implies(given: readonly ValueMatch[], asked: readonly ValueMatch[]): boolean {
  return asked.every((one) =>
    given.some(({ name, type, value }) => name === one.name && type === one.type && value === one.value),
  );
}

/**
 * The text every path begins with that a pattern (RE2, of the whole path) matches, and whether that is all there is.
 * Alternatives and flags are not looked into: they give the empty text.
 */
function literalHead(pattern: string): { readonly text: string; readonly whole: boolean } {
  if (pattern.includes("|")) return { text: "", whole: false };
  const body = pattern.replace(/^\^/, "");
  let text = "";
  let at = 0;
  while (at < body.length) {
    const [token, literal] = body[at] === "\\" ? [body.slice(at, at + 2), body[at + 1]] : [body[at] ?? "", body[at]];
    const special = token.length === 2 ? !/^[^\w\s]$/.test(literal ?? "") : /[.[\](){}*+?^$]/.test(token);
    if (literal === undefined || special) break;
    const next = body[at + token.length];
    // The character may be absent, or be repeated: what follows it is not known.
    if (next === "?" || next === "*" || next === "{") return { text, whole: false };
    text += literal;
    at += token.length;
    if (next === "+") return { text, whole: false };
  }
  return { text, whole: at >= body.length || body.slice(at) === "$" };
}
