import {
  type BackendObjectReference,
  GATEWAY_GROUP,
  type HTTPBackendRef,
  type ObjectKey,
} from "@fairlead/kubernetes-types";
import {
  type BackendProblem,
  type BackendReference,
  resolveBackend,
  type UnresolvedReference,
} from "../backend/reference.ts";
import type { Scope } from "../graph/cell.ts";
import { isPermitted, type Lookups } from "../ingest/lookups.ts";
import type { Mirror, WeightedBackend } from "../model.ts";
import { compileFilters } from "./filters.ts";
import type { MirrorDraft } from "./mirror.ts";
import type { RouteKind } from "./route-kind.ts";
import type { RuleProblem } from "./rule-problem.ts";

/** The backends of one rule, those that cannot be used included. */
export interface RuleBackends {
  readonly backends: readonly WeightedBackend[];
  readonly references: readonly BackendReference[];
  /** References that do not hold. */
  readonly unresolved: readonly UnresolvedReference[];
  /** Filters on backends that cannot be carried out. */
  readonly problems: readonly RuleProblem[];
}

/** Who refers. */
export interface Referrer {
  readonly object: ObjectKey;
  readonly kind: RouteKind;
  readonly namespace: string;
}

/** Resolves the backendRefs of a rule; `field` is the path of the list. */
export function compileBackends(
  lookups: Lookups,
  scope: Scope,
  referrer: Referrer,
  field: string,
  refs: readonly HTTPBackendRef[],
): RuleBackends {
  const { object, kind } = referrer;
  const backends: WeightedBackend[] = [];
  const references: BackendReference[] = [];
  const unresolved: UnresolvedReference[] = [];
  const problems: RuleProblem[] = [];
  for (const [index, ref] of refs.entries()) {
    const at = `${field}[${index}]`;
    const { weight = 1 } = ref;
    const origin = { object, field: at };
    const { requestHeaders, responseHeaders, rewrite, ...filters } = compileFilters(
      object,
      `${at}.filters`,
      ref.filters ?? [],
      kind === "GRPCRoute" ? "grpc" : "backend",
    );
    problems.push(...filters.problems);
    const resolved = resolveReference(lookups, scope, referrer, ref);
    if (resolved.problem !== undefined) {
      unresolved.push(unresolvedAt(at, resolved.problem));
      backends.push({ weight, origin });
      continue;
    }
    references.push(resolved.reference);
    const { mirrors, ...copied } = compileMirrors(lookups, scope, referrer, filters.mirrors);
    references.push(...copied.references);
    unresolved.push(...copied.unresolved);
    backends.push({
      backend: resolved.reference.name,
      weight,
      ...(requestHeaders && { requestHeaders }),
      ...(responseHeaders && { responseHeaders }),
      ...(rewrite && { rewrite }),
      ...(mirrors.length > 0 && { mirrors }),
      origin,
    });
  }
  return { backends, references, unresolved, problems };
}

/** Looks up the backends of mirrors. One that cannot be used is left out: the requests themselves are not concerned. */
export function compileMirrors(
  lookups: Lookups,
  scope: Scope,
  referrer: Referrer,
  drafts: readonly MirrorDraft[],
): Pick<RuleBackends, "references" | "unresolved"> & { readonly mirrors: readonly Mirror[] } {
  const mirrors: Mirror[] = [];
  const references: BackendReference[] = [];
  const unresolved: UnresolvedReference[] = [];
  for (const { reference, perMillion, origin } of drafts) {
    const resolved = resolveReference(lookups, scope, referrer, reference);
    if (resolved.problem !== undefined) {
      unresolved.push(unresolvedAt(`${origin.field}.backendRef`, resolved.problem));
    } else if (perMillion > 0) {
      references.push(resolved.reference);
      mirrors.push({ backend: resolved.reference.name, perMillion, origin });
    }
  }
  return { mirrors, references, unresolved };
}

function unresolvedAt(field: string, { reason, message }: BackendProblem): UnresolvedReference {
  return { field, reason, message: `${field}: ${message}` };
}

function resolveReference(
  lookups: Lookups,
  scope: Scope,
  { namespace, ...referrer }: Referrer,
  ref: BackendObjectReference,
): ReturnType<typeof resolveBackend> {
  const { group = "", kind = "Service", name, port } = ref;
  if (group !== "" || kind !== "Service") {
    const message = `Kind ${group === "" ? kind : `${group}/${kind}`} is not supported as a backend; use a Service`;
    return { problem: { reason: "InvalidKind", message } };
  }
  const to = { group, kind, namespace: ref.namespace ?? namespace, name };
  if (!isPermitted(lookups, scope, { from: { group: GATEWAY_GROUP, kind: referrer.kind, namespace }, to })) {
    const message = `No ReferenceGrant in namespace ${to.namespace} allows Service ${name}`;
    return { problem: { reason: "RefNotPermitted", message } };
  }
  if (port === undefined) return { problem: { reason: "InvalidKind", message: `Service ${name} needs a port` } };
  const service = `${to.namespace}/${name}`;
  return resolveBackend(service, scope.read(lookups.services, service), port, referrer.kind);
}
