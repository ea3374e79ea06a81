const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const MAX_CHARACTERS = 253;

/** Why a name cannot stand in for a request's host; undefined: it can. Wildcards cannot. */
export function checkHost(host: string): string | undefined {
  if (host.length > MAX_CHARACTERS) return `is longer than the ${MAX_CHARACTERS} characters of a DNS name`;
  if (!host.split(".").every((label) => LABEL.test(label))) return "is not a DNS name";
  return undefined;
}
