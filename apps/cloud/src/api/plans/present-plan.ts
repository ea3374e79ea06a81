import { isId, type PlanFinding, type ProjectPlan } from "@fairlead/contract";
import { formatRevision, MeshError } from "@fairlead/core";
import type {
  FindingObject,
  ObjectPlan,
  PlanBasis,
  PlanResult,
  PlanFinding as PureFinding,
  RenderedObject,
} from "@fairlead/intent";
import { notFound } from "../http/problem-response.ts";
import type { Basis } from "./read-basis.ts";

/** A plan as the API shows it. */
export function presentPlan({ base, input }: Basis, result: PlanResult): ProjectPlan {
  // Clusters that are alike share their objects, so they are shown once each.
  const shown = new Map<readonly ObjectPlan[], ProjectPlan["clusters"][number]["objects"]>();
  const objectsOf = (objects: readonly ObjectPlan[]) => {
    const known = shown.get(objects) ?? objects.map(presentObject);
    shown.set(objects, known);
    return known;
  };
  const changing = result.clusters.map(({ objects }) => objects.filter(({ change }) => change !== "none").length);
  const count = (severity: string) => result.findings.filter((one) => one.severity === severity).length;
  return {
    base: formatRevision(base),
    changes: input.changes.map(({ kind, namespace, name, before }, index) => ({
      kind,
      namespace,
      name,
      intent: before?.intent.id ?? null,
      change: result.intents[index] ?? "none",
    })),
    clusters: result.clusters.map(({ cluster, name, objects }) => {
      if (!isId("clu", cluster)) throw notFound();
      return { cluster, name, objects: objectsOf(objects) };
    }),
    findings: result.findings.map(presentFinding),
    summary: {
      intents: result.intents.filter((change) => change !== "none").length,
      clusters: changing.filter((objects) => objects > 0).length,
      objects: changing.reduce((sum, objects) => sum + objects, 0),
      errors: count("error"),
      warnings: count("warning"),
    },
  };
}

/** Refuses a plan whose write would be refused: objects that other intents own. Throws `claim_conflict`. */
export function refuseConflicts({ changes }: PlanBasis, { conflicts }: PlanResult): void {
  if (conflicts.length === 0) return;
  const [first] = conflicts;
  const at = changes[first?.change ?? 0];
  throw new MeshError("claim_conflict", {
    public: `changes[${first?.change ?? 0}]: another intent owns ${at?.kind} ${at?.namespace}/${at?.name} in some of the clusters it would be placed in. Rename it, or place it elsewhere.`,
    fields: conflicts.map(({ change, cluster, owner }) => ({
      field: `changes[${change}].placement`,
      value: JSON.stringify(cluster),
      message: `in this cluster the object belongs to ${owner}`,
    })),
  });
}

function presentObject({
  key,
  change,
  before,
  after,
  diff,
}: ObjectPlan): ProjectPlan["clusters"][number]["objects"][number] {
  return { key, change, before: presentBody(before), after: presentBody(after), diff: [...diff] };
}

function presentBody(body: RenderedObject | undefined): Record<string, unknown> | null {
  return body === undefined ? null : { ...body };
}

function presentFinding(finding: PureFinding): PlanFinding {
  const { severity, code, message, cluster, clusterName, subject, field, related } = finding;
  return {
    severity,
    code,
    message,
    cluster: cluster ?? null,
    clusterName: clusterName ?? null,
    subject: subject === undefined ? null : presentSubject(subject),
    field: field ?? null,
    related: related.map(presentSubject),
  };
}

function presentSubject({ kind, namespace, name, intent, project }: FindingObject): PlanFinding["related"][number] {
  return { kind, namespace, name, intent: intent ?? null, project: project ?? null };
}
