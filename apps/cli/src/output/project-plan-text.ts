import { isIntentKind, type PlanFinding, type ProjectPlan } from "@fairlead/contract";
import { label } from "../kinds.ts";
import { differenceText, indent } from "./plan-text.ts";
import { toYaml } from "./print.ts";

type ClusterObject = ProjectPlan["clusters"][number]["objects"][number];

/** A plan for people: what becomes of every cluster, like ones together, what is worth saying, and how much it is. */
export function projectPlanText(plan: ProjectPlan, colour = false): string {
  const paint = painter(colour);
  const groups = new Map<string, string[]>();
  for (const { name, objects } of plan.clusters) {
    const changing = objects.filter(({ change }) => change !== "none");
    if (changing.length === 0) continue;
    const body = changing.map((object) => objectText(object, paint)).join("\n");
    groups.set(body, [...(groups.get(body) ?? []), name]);
  }
  const clusters = [...groups].map(([body, names]) => `in ${listed(names)}:\n${body}`);
  // What lands nowhere would not be seen at all.
  const elsewhere = plan.changes.filter(
    ({ kind, namespace, name, change }) =>
      change !== "none" &&
      !plan.clusters.some(({ objects }) => objects.some(({ key }) => key.endsWith(`/${kind}/${namespace}/${name}`))),
  );
  const nowhere = elsewhere.map(
    ({ kind, namespace, name, change }) => `in no cluster:\n  ${label(kind, name, namespace)} ${change}`,
  );
  const findings = plan.findings.length === 0 ? [] : [`found:\n${findingsText(plan.findings, paint)}`];
  return [...clusters, ...nowhere, ...findings, summaryText(plan)].join("\n\n");
}

function objectText({ key, change, after, diff }: ClusterObject, paint: Paint): string {
  const [, kind = "", namespace = "", name = ""] = key.split("/");
  const title = isIntentKind(kind) ? label(kind, name, namespace) : key;
  if (change === "create") return paint("added", `  + ${title}\n${indent(toYaml(after), "      ")}`);
  if (change === "delete") return paint("removed", `  - ${title}`);
  return [paint("changed", `  ~ ${title}`), ...diff.map((one) => `  ${differenceText(one)}`)].join("\n");
}

/** Findings that say the same of several clusters are one. */
function findingsText(findings: readonly PlanFinding[], paint: Paint): string {
  const groups = new Map<string, { readonly finding: PlanFinding; readonly clusters: string[] }>();
  for (const finding of findings) {
    const name = JSON.stringify([finding.code, finding.message, finding.field]);
    const group = groups.get(name) ?? { finding, clusters: [] };
    groups.set(name, group);
    if (finding.clusterName !== null) group.clusters.push(finding.clusterName);
  }
  return [...groups.values()]
    .map(({ finding: { severity, code, message }, clusters }) => {
      const where = clusters.length === 0 ? "" : `\n      in ${listed(clusters)}`;
      return `  ${paint(severity, severity)} ${code}: ${message}${where}`;
    })
    .join("\n");
}

function summaryText({ summary, findings }: ProjectPlan): string {
  const { intents, clusters, objects, errors, warnings } = summary;
  if (intents === 0 && objects === 0 && findings.length === 0) return "nothing changes";
  const found =
    findings.length === 0
      ? "no findings"
      : `${count(findings.length, "finding")} (${count(errors, "error")}, ${count(warnings, "warning")})`;
  return `${count(intents, "intent")}, ${count(clusters, "cluster")}, ${count(objects, "object")}; ${found}`;
}

function listed(names: readonly string[]): string {
  const [first, ...rest] = names;
  return names.length <= 8 ? names.join(", ") : `${first}, ${rest.slice(0, 6).join(", ")} and ${names.length - 7} more`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

const COLOURS = { added: 32, removed: 31, changed: 33, error: 31, warning: 33, info: 36 } as const;

type Paint = (as: keyof typeof COLOURS, text: string) => string;

function painter(colour: boolean): Paint {
  return (as, text) => (colour ? `\u001b[${COLOURS[as]}m${text}\u001b[0m` : text);
}
