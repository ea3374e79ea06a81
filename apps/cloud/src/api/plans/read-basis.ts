import type { PlanChange, ProjectId } from "@fairlead/contract";
import { MeshError, type Revision } from "@fairlead/core";
import {
  allClusters,
  type ClaimGroup,
  type Cluster,
  claimGroups,
  clusterStates,
  factsNamed,
  factsOf,
  foreignFacts,
  getProject,
  headRevision,
  type Intent,
  intentsAt,
  intentsIn,
  intentsNamed,
  projectNames,
  reportingClusters,
  type SharedFact,
  type TenantTransaction,
} from "@fairlead/database";
import {
  factKeys,
  type KnownCertificate,
  type KnownIntent,
  listenerHosts,
  meetingPlaces,
  type PlanBasis,
  type PlannedChange,
  type PlanTarget,
  parentsOf,
  render,
  type Intent as Wanted,
} from "@fairlead/intent";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { NO_SECRET, referredSecrets } from "@fairlead/mesh-model";
import { CERTIFICATE_KEY_PREFIX } from "@fairlead/tunnel";
import { judgeCertificate, readCertificate } from "../../mesh/certificates.ts";
import { decidePlacement, requireGrant } from "../../placement/decide-placement.ts";
import { asGrants } from "../../placement/grants.ts";
import { renderable } from "../../placement/renderable.ts";
import { connectionState } from "../clusters/connection.ts";
import { atChange } from "./at-change.ts";
import { portRivals } from "./port-rivals.ts";

/** One moment of an organization, as far as a plan depends on it. */
export interface Basis {
  readonly base: Revision;
  readonly input: PlanBasis;
}

/**
 * Reads what a plan is computed from; the transaction should be a snapshot. What is read grows with what the changes can
 * meet: rivals for their objects, neighbours on their hosts, facts they refer to. `whole`: everything in the clusters.
 * Throws `not_found` (the project), `not_granted`, and `invalid_field` for the deletion of what is not there.
 */
export async function readBasis(
  tx: TenantTransaction,
  projectId: ProjectId,
  wanted: readonly PlanChange[],
  { nowMs, whole }: { readonly nowMs: number; readonly whole: boolean },
): Promise<Basis> {
  const [base, project, clusters, named] = await Promise.all([
    headRevision(tx),
    getProject(tx, projectId),
    allClusters(tx),
    intentsNamed(tx, wanted),
  ]);
  const grants = asGrants(project);
  const changes = wanted.map((change, index) => planned(change, index, projectId, named));
  const rivals = await claimGroups(
    tx,
    named.map(({ id }) => id),
  );
  const landing = landingOf(changes, grants, clusters, rivals);
  const ids = landing.map(({ id }) => id);
  const objects = changes.flatMap(({ before, after }) =>
    [before?.intent, after].flatMap((one) => (one ? objectOf(one) : [])),
  );
  const [foreign, gateways, reporting, states] = await Promise.all([
    foreignFacts(tx, ids),
    intentsNamed(tx, gatewaysOf(objects)),
    reportingClusters(tx, ids),
    clusterStates(tx, ids),
  ]);
  const foreignObjects = foreign.map(factOf);
  const hosts = new Map<string, string[]>();
  for (const object of [
    ...objects,
    ...gateways.map((one) => objectOf(renderable(one))),
    ...foreignObjects.map((one) => one.object),
  ]) {
    if (object.kind !== "Gateway") continue;
    const id = `${object.metadata.namespace}/${object.metadata.name}`;
    hosts.set(id, [...(hosts.get(id) ?? []), ...listenerHosts(object)]);
  }
  const places = objects.flatMap((object) => meetingPlaces(object, (id) => hosts.get(id)));
  const [meeting, rivalsForPorts] = await Promise.all([
    whole ? intentsIn(tx, ids) : intentsAt(tx, places),
    whole ? [] : portRivals(tx, states, { changed: objects, foreign: foreignObjects.map(({ object }) => object) }),
  ]);
  const neighbours = [...meeting, ...rivalsForPorts];
  const known = new Map([...named, ...gateways, ...neighbours].map((one) => [one.id, one]));
  const others = [...known.values()].filter(({ id }) => !changes.some(({ before }) => before?.intent.id === id));
  const present = others.map((one) => objectOf(renderable(one)));
  const keys = [...factKeys(objects, present), ...referredSecrets(objects).map((one) => CERTIFICATE_KEY_PREFIX + one)];
  const [claims, facts, names] = await Promise.all([
    claimGroups(
      tx,
      others.filter((one) => !named.includes(one)).map(({ id }) => id),
      ids,
    ),
    whole ? factsOf(tx, ids) : factsNamed(tx, ids, keys),
    projectNames(tx, [...new Set([projectId, ...others.map((one) => one.project)])]),
  ]);
  const [told, plain] = partition(facts, ({ key }) => key.startsWith(CERTIFICATE_KEY_PREFIX));
  const seen = new Map(states.map((state) => [state.cluster, state]));
  const input: PlanBasis = {
    project: projectId,
    grants,
    changes,
    clusters: clusters.map((cluster) => targetOf(cluster, seen.get(cluster.id), nowMs)),
    others: others.map(knownIntent),
    claims: [...rivals, ...claims].flatMap(({ intent, held, since, clusters: where }) =>
      where.map((cluster) => ({ intent, cluster, held, since })),
    ),
    projectNames: names,
    reporting,
    facts: [...foreignObjects, ...plain.map(factOf)],
    certificates: told.flatMap((one) => certificateOf(one, nowMs)),
  };
  return { base, input };
}

/** A stored intent as the pure code knows it. */
function knownIntent(stored: Intent): KnownIntent {
  // Kubernetes counts ages in whole seconds.
  const created = `${stored.createdAt.toISOString().slice(0, 19)}Z`;
  return { intent: renderable(stored), project: stored.project, created };
}

function planned(change: PlanChange, index: number, project: ProjectId, named: readonly Intent[]): PlannedChange {
  const { kind, namespace, name } = change;
  const stored = named.find(
    (one) => one.project === project && one.kind === kind && one.namespace === namespace && one.name === name,
  );
  const before = stored && knownIntent(stored);
  if (change.action === "delete") {
    if (before === undefined) throw absent(index, change);
    return { kind, namespace, name, before, after: undefined };
  }
  const { labels, annotations, placement, driftPolicy, spec } = change;
  const id = before?.intent.id ?? "";
  const after = { id, kind, namespace, name, labels, annotations, placement, driftPolicy, spec };
  return { kind, namespace, name, before, after };
}

/** The error for a deletion of what is not there. */
export function absent(
  index: number,
  { kind, namespace, name }: Pick<PlanChange, "kind" | "namespace" | "name">,
): MeshError {
  const message = `there is no ${kind} ${namespace}/${name} in this project`;
  return new MeshError("invalid_field", {
    public: `changes[${index}].name: ${message}.`,
    fields: [{ field: `changes[${index}].name`, value: JSON.stringify(name), message }],
  });
}

/** The clusters a plan lands on, or leaves. Throws `not_granted`. */
function landingOf(
  changes: readonly PlannedChange[],
  grants: ReturnType<typeof asGrants>,
  clusters: readonly Cluster[],
  rivals: readonly ClaimGroup[],
): readonly Cluster[] {
  const own = new Set(changes.flatMap(({ before }) => before?.intent.id ?? []));
  const landing = new Set<string>(rivals.flatMap((group) => (own.has(group.intent) ? group.clusters : [])));
  for (const [index, { after }] of changes.entries()) {
    if (after === undefined) continue;
    const decision = decidePlacement(grants, after, clusters);
    atChange(index, () => requireGrant(grants, after, decision));
    for (const { id } of decision.placed) landing.add(id);
  }
  return clusters.filter(({ id }) => landing.has(id));
}

function gatewaysOf(objects: readonly KubernetesObject[]) {
  const ids = new Set(objects.flatMap(parentsOf));
  return [...ids].map((id) => {
    const [namespace = "", name = ""] = id.split("/");
    return { kind: "Gateway" as const, namespace, name };
  });
}

function objectOf(intent: Wanted): KubernetesObject {
  return render(intent, {}).object;
}

function factOf({ body, clusters }: SharedFact): {
  readonly object: KubernetesObject;
  readonly clusters: readonly string[];
} {
  // What the connector may send as a fact was checked when it came.
  const object: KubernetesObject = JSON.parse(body);
  return { object, clusters };
}

/** What a plan asks of a certificate that nodes have told of. */
function certificateOf({ key, body, clusters }: SharedFact, nowMs: number): KnownCertificate[] {
  const told = readCertificate(key, body);
  if (told === undefined) return [];
  const { state, message } = judgeCertificate(told, nowMs);
  const absent = told.problem === NO_SECRET;
  return [{ secret: `${told.namespace}/${told.name}`, state: absent ? "absent" : state, message, clusters }];
}

function partition<T>(items: readonly T[], holds: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

function targetOf(
  cluster: Cluster,
  state: Awaited<ReturnType<typeof clusterStates>>[number] | undefined,
  nowMs: number,
): PlanTarget {
  const { id, name, labels, served } = cluster;
  const heard = connectionState(state, nowMs);
  const connection = heard === "unknown" ? "never" : heard === "stale" ? "disconnected" : "connected";
  const seenAt = state?.seenAt?.toISOString();
  return { id, name, labels, served, connection, seenAt, dataPlane: state?.dataPlane };
}
