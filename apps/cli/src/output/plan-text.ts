import type { Plan } from "@fairlead/contract";
import { toYaml } from "./print.ts";

type PlanCluster = Plan["clusters"][number];

/** What a write would do, cluster by cluster; clusters with the same changes are named together. */
export function planText(title: string, plan: Plan): string {
  if (plan.change === "none" && plan.clusters.every((cluster) => cluster.change === "none"))
    return `${title}: unchanged`;
  const groups = new Map<string, string[]>();
  for (const cluster of plan.clusters) {
    const body = clusterText(cluster);
    groups.set(body, [...(groups.get(body) ?? []), cluster.name]);
  }
  const head = `${title}: ${plan.change === "none" ? "unchanged itself" : plan.change}`;
  if (groups.size === 0) return `${head}\n  placed in no cluster`;
  return [head, ...[...groups].map(([body, names]) => `  in ${names.join(", ")}: ${body}`)].join("\n");
}

function clusterText({ change, diff, after }: PlanCluster): string {
  if (change === "none" || change === "delete") return change === "none" ? "unchanged" : "delete";
  if (change === "create") return `create\n${indent(toYaml(after), "    + ")}`;
  return ["update", ...diff.map(differenceText)].join("\n");
}

/** One field that differs, on one line. */
export function differenceText(difference: PlanCluster["diff"][number]): string {
  const { field, before, after } = difference;
  if (before === undefined) return `    + ${field}: ${short(after)}`;
  if (after === undefined) return `    - ${field}: ${short(before)}`;
  return `    ~ ${field}: ${short(before)} → ${short(after)}`;
}

function short(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Every line of a text behind `by`. */
export function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => by + line)
    .join("\n");
}
