import type { ClusterPlan } from "../plan/cluster-plan.ts";
import type { LabPlan } from "../plan/lab-plan.ts";
import type { NodePlan } from "../plan/node-plan.ts";

/** A plan as a text that people can review: every address, file, command line and certificate. */
export function planText(plan: LabPlan): string {
  const { clusters, outside, ...head } = plan;
  return [
    section("lab", head),
    section("outside", outside),
    ...clusters.flatMap((cluster) => [clusterText(cluster), ...cluster.nodes.map(nodeText)]),
  ].join("\n");
}

function clusterText({ nodes: _, manifests, certificates, ...head }: ClusterPlan): string {
  const table = certificates.map(
    ({ name, subject, use, signer, names, node }) =>
      `${name}: ${subject}; ${use}; signed by ${signer}; for ${node ?? "all nodes"}${names.length === 0 ? "" : `; ${names.join(", ")}`}`,
  );
  return [
    section(`cluster ${head.name}`, head),
    `certificates\n${indent(table)}\n`,
    section("manifests", manifests),
  ].join("\n");
}

function nodeText({ files, programs, nftables, ...head }: NodePlan): string {
  return [
    section(`node ${head.name}`, head),
    `nftables\n${indent(nftables.trimEnd().split("\n"))}\n`,
    ...Object.entries(files).map(([path, content]) => `file ${path}\n${indent(content.trimEnd().split("\n"))}\n`),
    ...programs.map(({ name, command }) => `program ${name}\n${indent(command)}\n`),
  ].join("\n");
}

function section(title: string, value: unknown): string {
  return `${title}\n${indent(JSON.stringify(value, undefined, 2).split("\n"))}\n`;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}
