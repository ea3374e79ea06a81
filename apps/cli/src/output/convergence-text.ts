import type { Condition, Convergence, ConvergenceStage, RollUp } from "@fairlead/contract";
import { table } from "./table.ts";

/** One refusal on one line: what, where, why. */
function refusalLine(condition: Condition, where: string): string {
  const { kind, namespace, name } = condition.object;
  const field = condition.field === null ? "" : ` at ${condition.field}`;
  const verdict = `${condition.type}=${condition.status}`;
  return `${kind} ${namespace}/${name}${field}: ${verdict}: ${condition.reason}: ${condition.message} (${where})`;
}

/** Every refusal of an intent's vector or of a roll-up, each with the cluster and node that said so. */
export function refusals(vector: Convergence | RollUp): string[] {
  const lines: string[] = [];
  for (const cluster of vector.clusters) {
    const at = `cluster ${cluster.name}`;
    const applied =
      "exceptions" in cluster.applied ? conditionsOf(cluster.applied.exceptions) : [cluster.applied.condition];
    for (const condition of applied) if (condition !== null) lines.push(refusalLine(condition, at));
    for (const node of cluster.nodes) {
      const proxied = "exceptions" in node ? conditionsOf(node.exceptions) : [node.condition];
      for (const condition of proxied)
        if (condition !== null) lines.push(refusalLine(condition, `${at}, node ${node.node}`));
    }
  }
  return lines;
}

/** Who is silent, or still at work: for the last words of a wait that ran out of time. */
export function laggards(vector: Convergence | RollUp): string[] {
  return vector.clusters.flatMap((cluster) => {
    if (cluster.state === "converged") return [];
    const since = (at: string | null) => (at === null ? "" : ` since ${at}`);
    if (cluster.connection !== "connected")
      return [`cluster ${cluster.name}: connector ${cluster.connection}${since(cluster.since)}`];
    if (cluster.applied.state !== "applied")
      return [`cluster ${cluster.name}: ${cluster.applied.state} at the API server`];
    if (cluster.nodes.length === 0) return [`cluster ${cluster.name}: no node reports`];
    return cluster.nodes
      .filter((node) => node.state === "pending" || node.state === "unknown")
      .map((node) => `cluster ${cluster.name}, node ${node.node}: ${node.state}${since(node.since)}`);
  });
}

/** What has been reached when all are converged at a stage: where it cannot be observed, that is `applied`. */
export function reached({ clusters }: Convergence | RollUp, stage: ConvergenceStage): string {
  const unseen = stage === "proxied" ? clusters.filter(({ proxied }) => proxied.state === "unobservable") : [];
  if (unseen.length === 0) return `${stage} everywhere`;
  if (unseen.length === clusters.length) return "applied everywhere";
  return `proxied wherever that can be observed, applied in ${clusterCount(unseen.length)} where it cannot`;
}

/** The whole vector for people. */
export function convergenceText(vector: Convergence | RollUp): string {
  const title =
    "intent" in vector
      ? `${vector.object.kind} ${vector.object.namespace}/${vector.object.name} at revision ${vector.revision}`
      : `everything up to revision ${vector.revision}`;
  const { stored, sent, applied, proxied } = vector.stages;
  const stages = table(
    ["STAGE", "DONE", "AT", "AFTER"],
    [
      ["stored", "", stored.at, ""],
      ...Object.entries({ sent, applied, proxied }).map(([stage, { done, total, at }]) => [
        stage,
        `${done}/${total}`,
        at ?? "",
        at === null ? "" : `${Date.parse(at) - Date.parse(stored.at)} ms`,
      ]),
    ],
  );
  const rows = vector.clusters.flatMap((cluster) => {
    const first = [cluster.name, cluster.connection, cluster.sent.state, cluster.applied.state];
    if (cluster.nodes.length === 0) return [[...first, "", cluster.proxied.state, ""]];
    return cluster.nodes.map((node, index) => [
      ...(index === 0 ? first : [" ", " ", " ", " "]),
      node.node,
      node.state,
      node.since ?? node.at ?? "",
    ]);
  });
  const places =
    rows.length === 0 ? [] : ["", table(["CLUSTER", "CONNECTOR", "SENT", "APPLIED", "NODE", "PROXIED", "SINCE"], rows)];
  const refused = refusals(vector);
  return [
    `${title}: ${vector.state} (${vector.summary})`,
    "",
    stages,
    ...places,
    ...(refused.length === 0 ? [] : ["", "refused:", ...refused.map((line) => `  ${line}`)]),
  ].join("\n");
}

function conditionsOf(exceptions: readonly { readonly condition: Condition | null }[]): (Condition | null)[] {
  return exceptions.map((exception) => exception.condition);
}

function clusterCount(count: number): string {
  return count === 1 ? "1 cluster" : `${count} clusters`;
}
