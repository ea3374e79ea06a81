import { type Ingress, type IngressBackend, type IngressPath, objectKey } from "@fairlead/kubernetes-types";
import { type BackendReference, resolveBackend, type UnresolvedReference } from "../backend/reference.ts";
import type { Scope } from "../graph/cell.ts";
import { ANY_HOST, normalizeHost } from "../hosts.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { PathMatch, RouteAction } from "../model.ts";
import { creationTime, type RankedRoute } from "../precedence.ts";
import { trimPrefix } from "../route/match.ts";

/** The rules of an Ingress by host, before TLS is looked at. */
export interface IngressRules {
  readonly hosts: ReadonlyMap<string, readonly RankedRoute[]>;
  readonly references: readonly BackendReference[];
  /** Backends that cannot be used. */
  readonly unresolved: readonly UnresolvedReference[];
  /** Every path that is written out, and where. */
  readonly paths: readonly { readonly field: string; readonly host: string; readonly path: PathMatch }[];
}

// The order of kinds that users of Cilium know; a default backend comes after all rules of its host.
const KIND_ORDER = { exact: 0, regex: 1, prefix: 2 } as const;
const DEFAULT_ORDER = 3;

interface Place {
  /** Within the Ingress; part of the route's name. */
  readonly id: string;
  readonly field: string;
  /** Kind of path first, then the place in the spec. */
  readonly order: readonly [number, number, number];
}

/** Compiles the rules of an Ingress. */
export function compileRules(
  lookups: Lookups,
  scope: Scope,
  ingress: Ingress,
  timeoutMs: number | undefined,
): IngressRules {
  const object = objectKey(ingress);
  const namespace = ingress.metadata.namespace ?? "";
  const owner = `${namespace}/${ingress.metadata.name}`;
  const hosts = new Map<string, RankedRoute[]>();
  const references: BackendReference[] = [];
  const unresolved: UnresolvedReference[] = [];
  const paths: { field: string; host: string; path: PathMatch }[] = [];

  const add = (host: string, place: Place, path: PathMatch, action: RouteAction) => {
    const { id, field, order } = place;
    const routes = hosts.get(host) ?? [];
    hosts.set(host, routes);
    const match = { path, headers: [], queryParams: [] };
    const [kind, ...position] = order;
    const rank = [kind, -path.value.length, path.value, creationTime(ingress), owner, ...position];
    routes.push({ rank, route: { name: `Ingress/${owner}/${id}`, origin: { object, field }, match, action } });
  };
  const forward = (field: string, backend: IngressBackend): RouteAction => {
    const resolved = resolve(lookups, scope, namespace, backend);
    if (resolved.problem !== undefined) {
      const { reason, message } = resolved.problem;
      unresolved.push({ field, reason, message: `${field}: ${message}` });
      return { type: "respond", status: resolved.problem.reason === "InvalidKind" ? 500 : 503, body: "" };
    }
    references.push(resolved.reference);
    return {
      type: "forward",
      backends: [{ backend: resolved.reference.name, weight: 1, origin: { object, field } }],
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
  };

  for (const [ruleIndex, rule] of (ingress.spec.rules ?? []).entries()) {
    for (const [pathIndex, path] of (rule.http?.paths ?? []).entries()) {
      const field = `spec.rules[${ruleIndex}].http.paths[${pathIndex}]`;
      const match = compilePath(path, { object, field: `${field}.path` });
      const action = forward(`${field}.backend`, path.backend);
      const order = [KIND_ORDER[match.type], ruleIndex, pathIndex] as const;
      const host = normalizeHost(rule.host);
      paths.push({ field, host, path: match });
      add(host, { id: `${ruleIndex}/${pathIndex}`, field, order }, match, action);
    }
  }
  if (ingress.spec.defaultBackend !== undefined) {
    const field = "spec.defaultBackend";
    const action = forward(field, ingress.spec.defaultBackend);
    const everything: PathMatch = { type: "prefix", value: "/", origin: { object, field } };
    // Kubernetes: it takes what no rule of this Ingress does, on the hosts of its rules as well.
    for (const host of new Set([...hosts.keys(), ANY_HOST])) {
      add(host, { id: "default", field, order: [DEFAULT_ORDER, 0, 0] }, everything, action);
    }
  }
  return { hosts, references, unresolved, paths };
}

function compilePath({ path = "", pathType }: IngressPath, origin: PathMatch["origin"]): PathMatch {
  if (path === "") return { type: "prefix", value: "/", origin };
  switch (pathType) {
    case "Exact":
      return { type: "exact", value: path, origin };
    case "Prefix":
      return { type: "prefix", value: trimPrefix(path), origin };
    case "ImplementationSpecific":
      return { type: "regex", value: path, origin };
  }
}

function resolve(
  lookups: Lookups,
  scope: Scope,
  namespace: string,
  { service, resource }: IngressBackend,
): ReturnType<typeof resolveBackend> {
  if (service === undefined) {
    const message = `Backend of kind ${resource?.kind ?? "unknown"} is not supported; use a Service`;
    return { problem: { reason: "InvalidKind", message } };
  }
  const port = service.port?.number ?? service.port?.name;
  if (port === undefined) {
    return { problem: { reason: "InvalidKind", message: `Service ${service.name} needs a port` } };
  }
  const id = `${namespace}/${service.name}`;
  return resolveBackend(id, scope.read(lookups.services, id), port);
}
