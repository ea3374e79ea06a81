import type { PathMatch, RouteMatch, ValueMatch } from "@fairlead/mesh-model";
import type { Fields } from "./extension.ts";
import type {
  HeaderMatcherSchema,
  QueryParameterMatcherSchema,
  RouteMatchSchema,
} from "./gen/envoy/config/route/v3/route_components_pb.js";
import type { StringMatcherSchema } from "./gen/envoy/type/matcher/v3/string_pb.js";

/** A route's match. Everything in it must hold. */
export function routeMatch(match: RouteMatch): Fields<typeof RouteMatchSchema> {
  return {
    pathSpecifier: pathSpecifier(match.path),
    headers: [
      ...(match.method === undefined ? [] : [method(match.method)]),
      ...match.headers.map((header) => headerMatcher(header)),
    ],
    queryParameters: match.queryParams.map((param) => queryMatcher(param)),
    ...(match.grpc && { grpc: {} }),
  };
}

/** A prefix without trailing slashes; empty for `/`, which every path has. */
export function trimSlashes(prefix: string): string {
  return prefix.replace(/\/+$/, "");
}

function pathSpecifier(path: PathMatch): Fields<typeof RouteMatchSchema>["pathSpecifier"] & object {
  switch (path.type) {
    case "exact":
      return { case: "path", value: path.value };
    case "regex":
      return { case: "safeRegex", value: { regex: path.value } };
    case "prefix": {
      const prefix = trimSlashes(path.value);
      return prefix === "" ? { case: "prefix", value: "/" } : { case: "pathSeparatedPrefix", value: prefix };
    }
  }
}

function method(value: string): Fields<typeof HeaderMatcherSchema> {
  return {
    name: ":method",
    headerMatchSpecifier: { case: "stringMatch", value: { matchPattern: { case: "exact", value } } },
  };
}

function headerMatcher(header: ValueMatch): Fields<typeof HeaderMatcherSchema> {
  return {
    // Envoy keeps the Host header under its HTTP/2 name.
    name: header.name === "host" ? ":authority" : header.name,
    headerMatchSpecifier: { case: "stringMatch", value: stringMatcher(header) },
  };
}

function queryMatcher(param: ValueMatch): Fields<typeof QueryParameterMatcherSchema> {
  return {
    name: param.name,
    queryParameterMatchSpecifier: { case: "stringMatch", value: stringMatcher(param) },
  };
}

function stringMatcher({ type, value }: ValueMatch): Fields<typeof StringMatcherSchema> {
  return {
    matchPattern: type === "exact" ? { case: "exact", value } : { case: "safeRegex", value: { regex: value } },
  };
}
