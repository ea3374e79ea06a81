import { checkEditableHeaderName, checkHeaderName, checkHeaderValue } from "./header.ts";
import { checkHost } from "./host.ts";
import { checkMatchValue, checkMethod, checkParamName } from "./match-value.ts";
import { checkPath, checkReplacementPath } from "./path.ts";
import { checkRegex } from "./regex.ts";

/** Something in one object that Envoy would refuse. */
export interface FieldFinding {
  /** Dotted path with `[i]`, such as `spec.rules[0].matches[1].path.value`. */
  readonly field: string;
  readonly value: string;
  /** What is wrong with it, in words for the object's author; reads after the field's name. */
  readonly reason: string;
}

type Fields = Generator<FieldFinding>;

/** What is read of a Gateway API HTTPRoute. */
export interface CheckedHttpRoute {
  readonly spec: { readonly rules?: readonly CheckedRule[] };
}

interface CheckedRule {
  readonly matches?: readonly CheckedMatch[];
  readonly filters?: readonly CheckedFilter[];
  readonly backendRefs?: readonly { readonly filters?: readonly CheckedFilter[] }[];
}

interface CheckedMatch {
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly headers?: readonly CheckedValue[];
  readonly queryParams?: readonly CheckedValue[];
  readonly method?: string;
}

interface CheckedValue {
  readonly type?: string;
  readonly name: string;
  readonly value: string;
}

interface CheckedFilter {
  readonly requestHeaderModifier?: CheckedEdits;
  readonly responseHeaderModifier?: CheckedEdits;
  readonly requestRedirect?: CheckedReplacement;
  readonly urlRewrite?: CheckedReplacement;
  readonly cors?: CheckedCors;
}

interface CheckedCors {
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
}

interface CheckedEdits {
  readonly set?: readonly { readonly name: string; readonly value: string }[];
  readonly add?: readonly { readonly name: string; readonly value: string }[];
  readonly remove?: readonly string[];
}

interface CheckedReplacement {
  readonly hostname?: string;
  readonly path?: { readonly replaceFullPath?: string; readonly replacePrefixMatch?: string };
}

/** Everything in an HTTPRoute that Envoy would refuse, sorted by field. */
export function checkHttpRoute(route: CheckedHttpRoute): FieldFinding[] {
  const findings = [...each(route.spec.rules, "spec.rules", rule)];
  return findings.sort(compareFields);
}

/** Orders findings by field. */
export function compareFields(a: FieldFinding, b: FieldFinding): number {
  return a.field < b.field ? -1 : a.field > b.field ? 1 : 0;
}

function* rule(field: string, { matches, filters, backendRefs }: CheckedRule): Fields {
  yield* each(matches, `${field}.matches`, routeMatch);
  yield* each(filters, `${field}.filters`, filter);
  yield* each(backendRefs, `${field}.backendRefs`, (backend, ref) => each(ref.filters, `${backend}.filters`, filter));
}

function* routeMatch(field: string, { path, headers, queryParams, method }: CheckedMatch): Fields {
  if (path?.value !== undefined) {
    const check = path.type === "RegularExpression" ? checkRegex : checkPath;
    yield* one(`${field}.path.value`, path.value, check);
  }
  yield* each(headers, `${field}.headers`, (at, header) => matchedValue(at, header, checkHeaderName));
  yield* each(queryParams, `${field}.queryParams`, (at, param) => matchedValue(at, param, checkParamName));
  if (method !== undefined) yield* one(`${field}.method`, method, checkMethod);
}

function* matchedValue(field: string, { type, name, value }: CheckedValue, checkName: Check): Fields {
  yield* one(`${field}.name`, name, checkName);
  yield* one(`${field}.value`, value, type === "RegularExpression" ? checkRegex : checkMatchValue);
}

function* filter(field: string, filter: CheckedFilter): Fields {
  yield* edits(`${field}.requestHeaderModifier`, filter.requestHeaderModifier);
  yield* edits(`${field}.responseHeaderModifier`, filter.responseHeaderModifier);
  yield* replacement(`${field}.requestRedirect`, filter.requestRedirect);
  yield* replacement(`${field}.urlRewrite`, filter.urlRewrite);
  for (const list of ["allowMethods", "allowHeaders", "exposeHeaders"] as const) {
    yield* each(filter.cors?.[list], `${field}.cors.${list}`, (at, name) => one(at, name, checkHeaderName));
  }
}

function* edits(field: string, edits: CheckedEdits | undefined): Fields {
  for (const list of ["set", "add"] as const) {
    yield* each(edits?.[list], `${field}.${list}`, function* (at, { name, value }) {
      yield* one(`${at}.name`, name, checkEditableHeaderName);
      yield* one(`${at}.value`, value, checkHeaderValue);
    });
  }
  yield* each(edits?.remove, `${field}.remove`, (at, name) => one(at, name, checkEditableHeaderName));
}

function* replacement(field: string, replacement: CheckedReplacement | undefined): Fields {
  if (replacement?.hostname !== undefined) yield* one(`${field}.hostname`, replacement.hostname, checkHost);
  const { replaceFullPath, replacePrefixMatch } = replacement?.path ?? {};
  if (replaceFullPath !== undefined) {
    yield* one(`${field}.path.replaceFullPath`, replaceFullPath, (value) => checkReplacementPath(value, "full"));
  }
  if (replacePrefixMatch !== undefined) {
    yield* one(`${field}.path.replacePrefixMatch`, replacePrefixMatch, (value) =>
      checkReplacementPath(value, "prefix"),
    );
  }
}

type Check = (value: string) => string | undefined;

function* one(field: string, value: string, check: Check): Fields {
  const reason = check(value);
  if (reason !== undefined) yield { field, value, reason };
}

function* each<T>(
  items: readonly T[] | undefined,
  field: string,
  check: (field: string, item: T) => Iterable<FieldFinding>,
): Fields {
  for (const [index, item] of (items ?? []).entries()) yield* check(`${field}[${index}]`, item);
}
