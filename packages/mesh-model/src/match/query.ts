/** The parameters of a query (without its `?`) as routes see them: not decoded, of several of one name the first. */
export function parseQuery(query: string): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const part of query.split("&")) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    if (!params.has(name)) params.set(name, equals < 0 ? "" : part.slice(equals + 1));
  }
  return params;
}
