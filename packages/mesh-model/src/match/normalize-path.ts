/** What becomes of a request target before it is matched. */
export type NormalizedPath =
  | { readonly type: "path"; readonly path: string }
  /** The client is sent to the same path without escaped slashes. */
  | { readonly type: "redirect"; readonly path: string }
  | { readonly type: "reject"; readonly reason: string };

/**
 * The one form in which a path is matched and forwarded: dot segments resolved, unreserved characters unescaped (RFC 3986
 * section 6.2.2), backslashes taken for slashes, slashes merged. The query stays as written. This is what Envoy does with
 * `normalize_path`, `merge_slashes` and `UNESCAPE_AND_REDIRECT`; a property test holds the two together.
 */
export function normalizePath(target: string): NormalizedPath {
  if (target.includes("#")) return { type: "reject", reason: "its path has a fragment (#)" };
  if (!/^[\x21-\x7e]*$/.test(target)) return { type: "reject", reason: "its path has characters that must be escaped" };
  const mark = target.indexOf("?");
  const written = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark);
  if (!written.startsWith("/")) return { type: "reject", reason: "its path does not begin with /" };
  if (written.includes("%00")) return { type: "reject", reason: "its path has an escaped NUL" };
  const unescaped = written.replace(/%2f/gi, "/").replace(/%5c/gi, "\\");
  const path = mergeSlashes(resolve(unescaped)) + query;
  return unescaped === written ? { type: "path", path } : { type: "redirect", path };
}

function resolve(path: string): string {
  // Parameters do not hide a dot segment (`..;x`).
  const segments = path.replaceAll("\\", "/").split("/").slice(1);
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const canonical = canonicalSegment(segment.replace(/^(\.\.?);.*$/, "$1"));
    if (canonical === "..") kept.pop();
    if (canonical !== "." && canonical !== "..") kept.push(canonical);
    else if (isLast) kept.push("");
  }
  return `/${kept.join("/")}`;
}

function canonicalSegment(segment: string): string {
  return segment
    .replace(/%([0-9a-f]{2})/gi, (sequence, digits: string) => {
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      return /[A-Za-z0-9._~-]/.test(character) ? character : sequence;
    })
    .replace(/["<>^`{|}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function mergeSlashes(path: string): string {
  if (!path.includes("//")) return path;
  const segments = path.split("/").filter((segment) => segment !== "");
  // A path of slashes alone keeps two.
  return `/${segments.join("/")}${path.endsWith("/") ? "/" : ""}`;
}
