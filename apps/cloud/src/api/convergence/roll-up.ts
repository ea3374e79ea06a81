import {
  type ClusterId,
  type ClusterRollUp,
  type ConvergenceException,
  type ConvergenceStage,
  type OrganizationId,
  proxiedOf,
  type RollUp,
  stateOfAll,
  stateOfCluster,
  summaryOf,
} from "@fairlead/contract";
import { compareRevisions, formatRevision, MeshError, parseRevision, type Revision } from "@fairlead/core";
import {
  allClusters,
  type Cluster,
  getCluster,
  getOrganization,
  lastChanges,
  type NodeState,
  type ObjectProblem,
  type ObjectSource,
  renderedTo,
  type StageTime,
  sourcesOf,
  stageTimes,
  type TenantTransaction,
} from "@fairlead/database";
import type { ApiDeps } from "../api-env.ts";
import { type ClusterFacts, isSilent, passed, readFacts, summarize, timeOf, timesByCluster } from "./facts.ts";
import { longPoll } from "./long-poll.ts";
import { conditionOf, isoTime, referenceOf, revisionOf } from "./problem-condition.ts";

/** What a roll-up is asked for. */
export interface RollUpQuery {
  readonly stage: ConvergenceStage;
  readonly waitMs: number;
  /** Everything up to this revision; default the newest. */
  readonly revision?: string | undefined;
  /** Only this cluster. */
  readonly cluster?: ClusterId | undefined;
}

/** How far everything up to a revision has come; waits for it when asked to. */
export async function rollUp(
  deps: ApiDeps,
  organization: OrganizationId,
  query: RollUpQuery,
  signal: AbortSignal,
): Promise<RollUp> {
  // The revision is fixed at the start: what is written meanwhile is not waited for.
  const revision = await deps.database.withTenant(organization, (tx) => revisionAsked(tx, query.revision));
  return longPoll(deps, organization, query.waitMs, signal, () =>
    deps.database.withTenant(organization, (tx) => read(tx, query, revision, deps.clock.now())),
  );
}

async function revisionAsked(tx: TenantTransaction, text: string | undefined): Promise<Revision> {
  const { head } = await getOrganization(tx);
  const asked = text === undefined ? head : parseRevision(text);
  if (asked !== undefined && compareRevisions(asked, head) <= 0) return asked;
  throw new MeshError("invalid_field", {
    public: `revision: ${text} does not exist yet; the newest is ${formatRevision(head)}.`,
    fields: [{ field: "revision", value: JSON.stringify(text), message: `must be at most ${formatRevision(head)}` }],
  });
}

async function read(
  tx: TenantTransaction,
  { stage, cluster }: RollUpQuery,
  revision: Revision,
  nowMs: number,
): Promise<RollUp> {
  const clusters = cluster === undefined ? await allClusters(tx) : [await getCluster(tx, cluster)];
  const ids = clusters.map((one) => one.id);
  const [facts, cursor, newest, stored] = await Promise.all([
    readFacts(tx, ids, nowMs),
    renderedTo(tx),
    lastChanges(tx, ids),
    stageTimes(tx, { clusters: [], revision }),
  ]);
  const keys = [...facts.values()].flatMap(problemsOf).map((problem) => problem.key);
  const sources = new Map((await sourcesOf(tx, ids, keys)).map((one) => [`${one.cluster} ${one.key}`, one]));
  const rendered = passed(cursor, revision);
  const targets = clusters.map((one) => ({ cluster: one.id, revision: targetOf(newest.get(one.id), revision) }));
  const times = await timesByCluster(tx, targets);
  const targetIn = new Map(targets.map((target) => [target.cluster, target.revision]));
  const parts = clusters
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((one) => {
      const [own, target] = [facts.get(one.id), targetIn.get(one.id)];
      if (own === undefined || target === undefined) throw new TypeError("facts are read for every cluster");
      const reached = times.get(one.id) ?? [];
      return oneCluster({ cluster: one, facts: own, target, rendered, revision, sources, times: reached, stage });
    });
  const nodes = parts.flatMap((part) => part.nodes).filter((node) => node.state !== "unobservable");
  return {
    revision: formatRevision(revision),
    stage,
    state: stateOfAll(parts.map((part) => part.state)),
    summary: summaryOf(parts, stage),
    stages: {
      stored: { at: timeOf(stored, "stored") ?? new Date(nowMs).toISOString() },
      sent: summarize(parts.map(({ sent }) => ({ done: sent.state === "sent", at: sent.at }))),
      applied: summarize(parts.map(({ applied }) => ({ done: applied.state === "applied", at: applied.at }))),
      proxied: summarize(nodes.map((node) => ({ done: node.state === "proxied", at: node.at }))),
    },
    clusters: parts,
  };
}

/** A bundle whose newest change is older than the revision has nothing of it to wait for. */
function targetOf(newest: Revision | undefined, revision: Revision): Revision {
  const last = newest ?? { epoch: 0, n: 0 };
  return compareRevisions(last, revision) < 0 ? last : revision;
}

interface Inputs {
  readonly cluster: Cluster;
  readonly facts: ClusterFacts;
  /** What the cluster's watermarks must have passed. */
  readonly target: Revision;
  /** Whether the bundles hold everything up to the revision. */
  readonly rendered: boolean;
  readonly revision: Revision;
  readonly sources: ReadonlyMap<string, ObjectSource>;
  readonly times: readonly StageTime[];
  readonly stage: ConvergenceStage;
}

function oneCluster(inputs: Inputs): ClusterRollUp {
  const { cluster, facts, times, stage } = inputs;
  const { state, connection, silentSince } = facts;
  const known = connection !== "unknown";
  const nothing = inputs.target.n === 0 && known;
  const done = (watermark: Revision | undefined) => inputs.rendered && (nothing || passed(watermark, inputs.target));
  const exceptions = relevant(inputs, state?.rejections ?? []);
  const appliedState = stageState(exceptions, done(state?.applied), isSilent(connection));
  const applied = {
    state: appliedState === "done" ? ("applied" as const) : appliedState,
    revision: watermarkText(state?.applied),
    at: appliedState === "done" ? timeOf(times, "applied", cluster.id) : null,
    exceptions,
  };
  const nodes = facts.nodes.map((node) => oneNode(inputs, node, done(node.proxied)));
  const proxied = { state: proxiedOf(nodes, facts.isObservable) };
  const sent = done(state?.sent);
  return {
    cluster: cluster.id,
    name: cluster.name,
    state: stateOfCluster({ applied, proxied }, stage),
    connection,
    since: silentSince,
    sent: {
      state: sent ? "sent" : "pending",
      revision: watermarkText(state?.sent),
      at: sent ? timeOf(times, "sent", cluster.id) : null,
    },
    applied,
    proxied,
    nodes,
  };
}

function oneNode(inputs: Inputs, node: NodeState, done: boolean): ClusterRollUp["nodes"][number] {
  const { cluster, facts, times } = inputs;
  const { connection, isObservable, silentSince } = facts;
  if (!isObservable) {
    return { node: node.node, state: "unobservable", revision: null, at: null, since: null, exceptions: [] };
  }
  const exceptions = relevant(inputs, node.exceptions);
  const unheard = node.proxied === undefined;
  const state = stageState(exceptions, done && !unheard, unheard || isSilent(connection));
  return {
    node: node.node,
    state: state === "done" ? "proxied" : state,
    revision: watermarkText(node.proxied),
    at: state === "done" ? timeOf(times, "proxied", cluster.id, node.node) : null,
    since: unheard ? isoTime(node.reportedAt) : state === "unknown" ? silentSince : null,
    exceptions,
  };
}

function stageState(exceptions: readonly ConvergenceException[], done: boolean, silent: boolean) {
  if (exceptions.some((exception) => exception.state === "rejected")) return "rejected" as const;
  if (done && exceptions.length === 0) return "done" as const;
  return silent && !done ? ("unknown" as const) : ("pending" as const);
}

/** The exceptions that concern what is at or before the revision: by their object, or by the intent it came from. */
function relevant({ cluster, revision, sources }: Inputs, problems: readonly ObjectProblem[]): ConvergenceException[] {
  return problems.flatMap((problem) => {
    const source = sources.get(`${cluster.id} ${problem.key}`);
    const concerned = [revisionOf(problem), source?.intentRevision].some(
      (one) => one !== undefined && compareRevisions(one, revision) <= 0,
    );
    if (!concerned) return [];
    const rejected = problem.state === "rejected";
    return [
      {
        intent: source?.intent ?? null,
        project: source?.project ?? null,
        revision: problem.revision,
        stage: problem.stage === "applied" ? ("applied" as const) : ("proxied" as const),
        state: rejected ? ("rejected" as const) : ("pending" as const),
        at: isoTime(problem.at),
        condition: rejected ? conditionOf(problem) : null,
        object: referenceOf(problem.key),
      },
    ];
  });
}

function problemsOf({ state, nodes }: ClusterFacts): ObjectProblem[] {
  return [...(state?.rejections ?? []), ...nodes.flatMap((node) => node.exceptions)];
}

function watermarkText(watermark: Revision | undefined): string | null {
  return watermark === undefined || watermark.n === 0 ? null : formatRevision(watermark);
}
