/** Reads the search part of an address, such as `?q=42`. Every value stays the text it is: 42 is what someone types, no number. */
export function parseSearchPart(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Writes what {@link parseSearchPart} reads; empty for nothing. */
export function formatSearchPart(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : []));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
