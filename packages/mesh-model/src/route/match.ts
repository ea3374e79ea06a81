import type { HTTPPathMatch, HTTPRouteMatch, ObjectKey } from "@fairlead/kubernetes-types";
import type { PathMatch, RouteMatch, ValueMatch } from "../model.ts";

/** Reads one match of a rule; `field` is its path, such as `spec.rules[0].matches[1]`. */
export function compileMatch(object: ObjectKey, field: string, match: HTTPRouteMatch): RouteMatch {
  return {
    path: compilePath(object, `${field}.path.value`, match.path ?? {}),
    ...(match.method && { method: match.method }),
    headers: compileValues(object, `${field}.headers`, match.headers ?? [], (name) => name.toLowerCase()),
    queryParams: compileValues(object, `${field}.queryParams`, match.queryParams ?? [], (name) => name),
  };
}

function compilePath(object: ObjectKey, field: string, { type = "PathPrefix", value = "/" }: HTTPPathMatch): PathMatch {
  const origin = { object, field };
  switch (type) {
    case "Exact":
      return { type: "exact", value, origin };
    case "RegularExpression":
      return { type: "regex", value, origin };
    case "PathPrefix":
      return { type: "prefix", value: trimPrefix(value), origin };
  }
}

/** `/abc/` and `/abc` are the same prefix: matching is by path element. */
export function trimPrefix(value: string): string {
  const trimmed = value.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed;
}

interface ValueMatchSpec {
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

// Of several entries with one name only the first counts (Gateway API).
/** Reads matches of names and values; `field` is the path of the list. */
export function compileValues(
  object: ObjectKey,
  field: string,
  specs: readonly ValueMatchSpec[],
  normalize: (name: string) => string,
): ValueMatch[] {
  const byName = new Map<string, ValueMatch>();
  for (const [index, { type, name, value }] of specs.entries()) {
    const key = normalize(name);
    if (byName.has(key)) continue;
    const origin = { object, field: `${field}[${index}]` };
    byName.set(key, { name: key, type: type === "RegularExpression" ? "regex" : "exact", value, origin });
  }
  return [...byName.values()];
}
