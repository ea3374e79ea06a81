import type { HTTPHeaderFilter, HTTPRouteFilter, ObjectKey } from "@fairlead/kubernetes-types";
import type { CorsPolicy, HeaderEdits, PathReplace, RedirectAction, Rewrite } from "../model.ts";
import { compileCors } from "./cors.ts";
import { type MirrorDraft, readMirror } from "./mirror.ts";
import type { RuleProblem } from "./rule-problem.ts";

/** A redirect whose port depends on the listener it is reached by. */
export type RedirectDraft = Omit<RedirectAction, "type"> & { readonly type: "redirect" };

/** The filters of one list, put together. */
export interface CompiledFilters {
  readonly requestHeaders?: HeaderEdits;
  readonly responseHeaders?: HeaderEdits;
  readonly redirect?: RedirectDraft;
  readonly rewrite?: Rewrite;
  readonly cors?: CorsPolicy;
  readonly mirrors: readonly MirrorDraft[];
  readonly problems: readonly RuleProblem[];
}

/** Where filters may stand: in the rule of an HTTPRoute, at one backend of it, or anywhere in a GRPCRoute. */
export type FilterPlace = "rule" | "backend" | "grpc";

/** Compiles a list of filters. `field` is the list's path, such as `spec.rules[0].filters`. */
export function compileFilters(
  object: ObjectKey,
  field: string,
  filters: readonly HTTPRouteFilter[],
  place: FilterPlace,
): CompiledFilters {
  let requestHeaders: HeaderEdits | undefined;
  let responseHeaders: HeaderEdits | undefined;
  let redirect: RedirectDraft | undefined;
  let rewrite: Rewrite | undefined;
  let cors: CorsPolicy | undefined;
  const mirrors: MirrorDraft[] = [];
  const problems: RuleProblem[] = [];
  for (const [index, filter] of filters.entries()) {
    const at = `${field}[${index}]`;
    if (!ALLOWED[place].includes(filter.type)) {
      problems.push({ reason: "UnsupportedValue", message: unsupported(at, filter, place) });
    } else if (filter.type === "RequestHeaderModifier" && filter.requestHeaderModifier) {
      const edits = readEdits(object, `${at}.requestHeaderModifier`, filter.requestHeaderModifier);
      requestHeaders = joinEdits(requestHeaders, edits);
    } else if (filter.type === "ResponseHeaderModifier" && filter.responseHeaderModifier) {
      const edits = readEdits(object, `${at}.responseHeaderModifier`, filter.responseHeaderModifier);
      responseHeaders = joinEdits(responseHeaders, edits);
    } else if (filter.type === "RequestRedirect" && filter.requestRedirect) {
      const { scheme, hostname, port, statusCode = 302 } = filter.requestRedirect;
      const path = readPath(filter.requestRedirect.path);
      redirect = {
        type: "redirect",
        status: statusCode,
        ...(scheme && { scheme }),
        ...(hostname && { host: hostname }),
        ...(port && { port }),
        ...(path && { path }),
      };
    } else if (filter.type === "URLRewrite" && filter.urlRewrite) {
      const { hostname } = filter.urlRewrite;
      const path = readPath(filter.urlRewrite.path);
      rewrite = { ...(hostname && { host: hostname }), ...(path && { path }) };
    } else if (filter.type === "RequestMirror" && filter.requestMirror) {
      const mirror = readMirror(object, `${at}.requestMirror`, filter.requestMirror);
      if (mirror.problem !== undefined) problems.push(mirror.problem);
      else mirrors.push(mirror.draft);
    } else if (filter.type === "CORS" && filter.cors) {
      const compiled = compileCors(object, `${at}.cors`, filter.cors);
      problems.push(...compiled.problems);
      cors = compiled.policy;
    } else {
      problems.push({ reason: "UnsupportedValue", message: unsupported(at, filter, place) });
    }
  }
  if (redirect !== undefined && rewrite !== undefined) {
    problems.push({ reason: "IncompatibleFilters", message: `${field} has both a RequestRedirect and a URLRewrite` });
  }
  if (redirect !== undefined && cors !== undefined) {
    const message = `${field} has both a RequestRedirect and a CORS filter; what is redirected has no CORS headers`;
    problems.push({ reason: "IncompatibleFilters", message });
  }
  if (redirect !== undefined && mirrors.length > 0) {
    const message = `${field} has both a RequestRedirect and a RequestMirror; what is redirected is not mirrored`;
    problems.push({ reason: "IncompatibleFilters", message });
  }
  return {
    problems,
    mirrors,
    ...(requestHeaders && { requestHeaders }),
    ...(responseHeaders && { responseHeaders }),
    ...(redirect && { redirect }),
    ...(rewrite && { rewrite }),
    ...(cors && { cors }),
  };
}

/** Whether a path is replaced in its matched prefix, which takes a prefix match. */
export function replacesPrefix({ redirect, rewrite }: Pick<CompiledFilters, "redirect" | "rewrite">): boolean {
  return redirect?.path?.type === "prefix" || rewrite?.path?.type === "prefix";
}

const ANYWHERE = ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror"];
const ALLOWED: Readonly<Record<FilterPlace, readonly string[]>> = {
  rule: [...ANYWHERE, "RequestRedirect", "URLRewrite", "CORS"],
  // What is redirected or answered by the proxy goes to no backend.
  backend: [...ANYWHERE, "URLRewrite"],
  grpc: ANYWHERE,
};

function unsupported(at: string, { type }: HTTPRouteFilter, place: FilterPlace): string {
  if (ALLOWED[place].includes(type)) return `${at}: filter ${type} lacks its parameters`;
  const elsewhere = place === "backend" && ALLOWED.rule.includes(type);
  return `${at}.type: filter ${type} is not supported${elsewhere ? " on a backendRef" : ""}`;
}

function readPath(path: NonNullable<HTTPRouteFilter["urlRewrite"]>["path"]): PathReplace | undefined {
  if (path === undefined) return undefined;
  return path.type === "ReplaceFullPath"
    ? { type: "full", value: path.replaceFullPath ?? "" }
    : { type: "prefix", value: path.replacePrefixMatch ?? "" };
}

function readEdits(object: ObjectKey, field: string, filter: HTTPHeaderFilter): HeaderEdits {
  const values = (list: "set" | "add") =>
    (filter[list] ?? []).map(({ name, value }, index) => ({
      name,
      value,
      origin: { object, field: `${field}.${list}[${index}]` },
    }));
  const remove = (filter.remove ?? []).map((name, index) => ({
    name,
    origin: { object, field: `${field}.remove[${index}]` },
  }));
  return { set: values("set"), add: values("add"), remove };
}

function joinEdits(a: HeaderEdits | undefined, b: HeaderEdits): HeaderEdits {
  if (a === undefined) return b;
  return { set: [...a.set, ...b.set], add: [...a.add, ...b.add], remove: [...a.remove, ...b.remove] };
}
