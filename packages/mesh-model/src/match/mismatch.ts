import type { PathMatch, RouteMatch, ValueMatch } from "../model.ts";
import { isGrpcContentType } from "./grpc-status.ts";
import { matchesPattern } from "./pattern.ts";

/** A request as far as routes look at it. */
export interface Matchable {
  readonly method: string;
  /** Normalised, without the query. */
  readonly path: string;
  /** Values by name as written, undecoded; of several the first. */
  readonly query: ReadonlyMap<string, string>;
  /** Values by lower-case name, one for each line: a line of its own is compared by itself. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** The first part of a match that does not hold, in words; undefined: all of them do. */
export function mismatch(match: RouteMatch, request: Matchable): string | undefined {
  if (!pathMatches(match.path, request.path)) return `path ${request.path} is not ${describePath(match.path)}`;
  if (match.grpc && !isGrpcContentType(request.headers.get("content-type")?.[0] ?? ""))
    return "it is not a gRPC request (content-type application/grpc)";
  if (match.method !== undefined && match.method !== request.method) {
    return `method ${request.method} is not ${match.method}`;
  }
  for (const header of match.headers) {
    const problem = valueMismatch("header", header, request.headers.get(header.name));
    if (problem !== undefined) return problem;
  }
  for (const param of match.queryParams) {
    const value = request.query.get(param.name);
    const problem = valueMismatch("query parameter", param, value === undefined ? undefined : [value]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A match in words. */
export function describeMatch({ path, grpc, method, headers, queryParams }: RouteMatch): string {
  return [
    ...(grpc ? ["gRPC"] : []),
    `path ${describePath(path)}`,
    ...(method === undefined ? [] : [`method ${method}`]),
    ...headers.map((header) => `header ${describeValue(header)}`),
    ...queryParams.map((param) => `query parameter ${describeValue(param)}`),
  ].join(", ");
}

function describePath({ type, value }: PathMatch): string {
  switch (type) {
    case "exact":
      return `exactly ${value}`;
    case "prefix":
      return value === "/" ? "anything" : `${value} or below it`;
    case "regex":
      return `like ${value}`;
  }
}

function describeValue({ name, type, value }: ValueMatch): string {
  return type === "exact" ? `${name} = ${JSON.stringify(value)}` : `${name} like ${value}`;
}

function pathMatches({ type, value }: PathMatch, path: string): boolean {
  switch (type) {
    case "exact":
      return path === value;
    case "regex":
      return matchesPattern(value, path);
    case "prefix": {
      const prefix = value.replace(/\/+$/, "");
      return path === prefix || path.startsWith(`${prefix}/`);
    }
  }
}

function valueMismatch(kind: string, match: ValueMatch, values: readonly string[] | undefined): string | undefined {
  if (values === undefined) return `${kind} ${match.name} is absent`;
  const holds = (value: string) =>
    match.type === "exact" ? value === match.value : matchesPattern(match.value, value);
  if (values.some(holds)) return undefined;
  const wanted = match.type === "exact" ? JSON.stringify(match.value) : `like ${match.value}`;
  return `${kind} ${match.name} is ${values.map((value) => JSON.stringify(value)).join(" and ")}, not ${wanted}`;
}
