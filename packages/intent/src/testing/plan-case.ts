import { labelSelector } from "@fairlead/contract";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { parse } from "yaml";
import type { Grant } from "../grants.ts";
import { placedOn } from "../placement.ts";
import type { PlanOptions } from "../plan/plan-changes.ts";
import type { KnownCertificate, KnownClaim, KnownIntent, PlanBasis, PlannedChange, PlanTarget } from "../plan/types.ts";
import type { Intent, IntentKind, Json, Labels } from "../types.ts";

/** A case of a plan as its YAML says it; what is left out has a default that fits most. */
interface CaseFile {
  readonly project?: string;
  readonly whole?: boolean;
  readonly grants?: readonly Grant[];
  /** Default one, connected, named `edge`. */
  readonly clusters?: readonly (Partial<PlanTarget> & { readonly name: string })[];
  readonly intents?: readonly CaseIntent[];
  /** Default: every intent is live in every cluster it is placed on; listed here: held. */
  readonly held?: readonly { readonly intent: string; readonly cluster: string }[];
  readonly changes: readonly (CaseIntent & { readonly delete?: boolean })[];
  readonly facts?: readonly { readonly clusters?: readonly string[]; readonly object: KubernetesObject }[];
  /** Certificates in use; `clusters` default to all. */
  readonly certificates?: readonly (Omit<KnownCertificate, "clusters"> & { readonly clusters?: readonly string[] })[];
  /** Default: all clusters when there are facts, else none. */
  readonly reporting?: readonly string[];
}

interface CaseIntent {
  readonly id?: string;
  readonly project?: string;
  readonly created?: string;
  readonly kind: IntentKind;
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Labels;
  readonly env?: string;
  readonly spec?: { readonly [field: string]: Json };
}

/** Reads a case. Ids of intents are their kind and name unless given; `env` places on clusters with that label. */
export function readPlanCase(text: string): { readonly basis: PlanBasis; readonly options: PlanOptions } {
  const file: CaseFile = parse(text, { merge: true });
  const project = file.project ?? "web";
  const clusters = (file.clusters ?? [{ name: "edge" }]).map(
    (one): PlanTarget => ({ id: one.name, labels: {}, connection: "connected", ...one }),
  );
  const stored = (file.intents ?? []).map(
    (one): KnownIntent => ({
      intent: intentOf(one, one.id ?? `${one.kind}/${one.name}`),
      project: one.project ?? project,
      created: one.created ?? "2026-01-01T00:00:00Z",
    }),
  );
  const held = new Set((file.held ?? []).map(({ intent, cluster }) => `${intent} ${cluster}`));
  const claims = stored.flatMap(({ intent }, n) =>
    placedOn(intent, clusters).map(
      ({ id }): KnownClaim => ({
        intent: intent.id,
        cluster: id,
        held: held.has(`${intent.id} ${id}`),
        since: { epoch: 1, n },
      }),
    ),
  );
  const changes = file.changes.map((one): PlannedChange => {
    const { kind, name, namespace = "default" } = one;
    const before = stored.find(
      (other) =>
        other.project === project &&
        other.intent.kind === kind &&
        other.intent.namespace === namespace &&
        other.intent.name === name,
    );
    return { kind, namespace, name, before, after: one.delete ? undefined : intentOf(one, before?.intent.id ?? "") };
  });
  const own = new Set(changes.flatMap(({ before }) => before ?? []));
  const facts = (file.facts ?? []).map(({ object, clusters: held }) => ({
    object,
    clusters: held ?? clusters.map(({ id }) => id),
  }));
  const basis: PlanBasis = {
    project,
    grants: file.grants ?? [{ clusterSelector: labelSelector.parse({}), namespaces: ["*"] }],
    changes,
    clusters,
    others: stored.filter((one) => !own.has(one)),
    claims,
    projectNames: new Map(),
    reporting: new Set(file.reporting ?? (file.facts === undefined ? [] : clusters.map(({ id }) => id))),
    facts,
    certificates: (file.certificates ?? []).map((one) => ({ clusters: clusters.map(({ id }) => id), ...one })),
  };
  return { basis, options: { whole: file.whole ?? false } };
}

function intentOf({ kind, name, namespace = "default", labels = {}, env, spec = {} }: CaseIntent, id: string): Intent {
  const clusterSelector = labelSelector.parse(env === undefined ? {} : { matchLabels: { env } });
  return { id, kind, namespace, name, labels, annotations: {}, placement: { clusterSelector }, spec };
}
