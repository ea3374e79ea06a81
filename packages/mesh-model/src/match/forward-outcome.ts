import type { Backend, ForwardAction, HeaderEdits, Mirror, Route, WeightedBackend } from "../model.ts";
import type { EffectiveRequest, ForwardTarget, HeaderChanges, MatchedMirror } from "./answer.ts";
import { editHeaders } from "./edit-headers.ts";
import type { HeaderLine } from "./request.ts";
import { rewritePath } from "./rewrite-path.ts";

/** What leaves: the request, the client's headers, and what is known of backends by name. */
export interface Departure {
  readonly request: EffectiveRequest;
  readonly headers: readonly HeaderLine[];
  readonly backends: ReadonlyMap<string, Backend>;
  readonly options: { readonly endpoints?: "known" | "assumed" };
}

/** Where the requests of a route go, with their shares, and how they leave. */
export function forwardTargets(
  route: Route,
  action: ForwardAction,
  { request, headers, backends, options }: Departure,
): ForwardTarget[] {
  const used = action.backends.filter(({ weight }) => weight > 0);
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  return used.map((target) => {
    const rewrite = { ...action.rewrite, ...target.rewrite };
    const endpoints = backends.get(target.backend ?? "")?.endpoints ?? [];
    const status =
      target.backend === undefined
        ? (action.invalidStatus ?? 500)
        : endpoints.length === 0 && options.endpoints !== "assumed"
          ? 503
          : undefined;
    return {
      ...(target.backend !== undefined && { backend: target.backend }),
      weight: target.weight,
      share: target.weight / total,
      ...(status !== undefined && { status }),
      endpoints,
      host: rewrite.host ?? request.host,
      path: rewritePath(request.path, route.match.path, rewrite.path),
      headers: editHeaders(headers, present(route.requestHeaders, target.requestHeaders)),
      responseHeaders: present(route.responseHeaders, target.responseHeaders),
      mirrors: target.backend === undefined ? [] : [...(action.mirrors ?? []), ...(target.mirrors ?? [])].map(mirrorOf),
    };
  });
}

function mirrorOf({ backend, perMillion }: Mirror): MatchedMirror {
  return { backend, perMillion };
}

/** Share of the requests whose backend reference is not valid, 0 to 1. */
export function failingShare(backends: readonly WeightedBackend[]): number {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  const failing = backends.reduce((sum, { backend, weight }) => sum + (backend === undefined ? weight : 0), 0);
  return total === 0 ? 1 : failing / total;
}

/** Those edits that are there, without where they come from. */
export function present(...edits: readonly (HeaderEdits | undefined)[]): HeaderChanges[] {
  return edits
    .filter((edit) => edit !== undefined)
    .map(({ remove, set, add }) => ({
      remove: remove.map(({ name }) => name),
      set: set.map(({ name, value }) => ({ name, value })),
      add: add.map(({ name, value }) => ({ name, value })),
    }));
}
