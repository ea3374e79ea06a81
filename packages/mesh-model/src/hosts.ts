/** The host that stands for all. */
export const ANY_HOST = "*";

/** Whether a host is a wildcard with something behind it, such as `*.example.com`. */
export function isPartialWildcard(host: string): boolean {
  return host.startsWith("*.");
}

/** A host as the model writes it: lower case; absent or empty is `*`. */
export function normalizeHost(host: string | undefined): string {
  return host === undefined || host === "" ? ANY_HOST : host.toLowerCase();
}

/** Whether every host that `host` stands for also belongs to `pattern`. A wildcard stands for one or more labels. */
export function coversHost(pattern: string, host: string): boolean {
  if (pattern === ANY_HOST || pattern === host) return true;
  return pattern.startsWith("*.") && host.endsWith(pattern.slice(1));
}

/** What two hosts have in common, or undefined when that is nothing: always one of the two. */
export function intersectHosts(a: string, b: string): string | undefined {
  if (coversHost(a, b)) return b;
  return coversHost(b, a) ? a : undefined;
}

/** Sorts the most specific host first: exact, then longer wildcards, then `*`; equals by name. */
export function compareSpecificity(a: string, b: string): number {
  const difference = specificity(b) - specificity(a);
  if (difference !== 0) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

function specificity(host: string): number {
  if (host === ANY_HOST) return 0;
  return host.startsWith("*.") ? host.length : Number.MAX_SAFE_INTEGER;
}
