import { z } from "@hono/zod-openapi";
import { fieldProblems } from "../field-problems.ts";
import { labelKey, labelValue } from "../specs/kubernetes-names.ts";
import { strictObject } from "../strict-object.ts";

const requirement = strictObject({
  key: labelKey,
  operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
  values: z.array(labelValue).max(64).optional(),
}).refine((value) => value.operator.endsWith("In") === (value.values ?? []).length > 0, {
  message: "must have at least one item for In and NotIn, and none for Exists and DoesNotExist",
  path: ["values"],
});

/** A Kubernetes label selector. Empty selects everything. */
export const labelSelector = strictObject({
  matchLabels: z.record(labelKey, labelValue).optional(),
  matchExpressions: z.array(requirement).max(64).optional(),
}).openapi("LabelSelector");

/** A Kubernetes label selector. Empty selects everything. */
export type LabelSelector = z.output<typeof labelSelector>;
type Requirement = z.output<typeof requirement>;

/** Labels of a thing. */
export type Labels = Readonly<Record<string, string>>;

/** Whether a selector selects something with these labels. Every part must hold; a key that is absent satisfies NotIn. */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => own(labels, key) === value);
  return equal && (selector.matchExpressions ?? []).every((part) => holds(part, own(labels, part.key)));
}

/**
 * Reads kubectl's text form: `env=prod,tier in (a,b),!legacy,region notin (x),gpu,zone!=z1`.
 * Gives the part that cannot be read when there is one. Empty text selects everything.
 */
export function parseLabelSelector(text: string): { readonly selector: LabelSelector } | { readonly problem: string } {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: Requirement[] = [];
  for (const part of text.split(/,(?![^(]*\))/).map((piece) => piece.trim())) {
    if (part === "") continue;
    const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part);
    const pair = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s!=]*)$/.exec(part);
    const bare = /^(!?)\s*([^\s!=()]+)$/.exec(part);
    if (set) {
      const values = (set[3] ?? "").split(",").map((value) => value.trim());
      matchExpressions.push({ key: set[1] ?? "", operator: set[2] === "in" ? "In" : "NotIn", values });
    } else if (pair && pair[2] === "!=") {
      matchExpressions.push({ key: pair[1] ?? "", operator: "NotIn", values: [pair[3] ?? ""] });
    } else if (pair) {
      matchLabels[pair[1] ?? ""] = pair[3] ?? "";
    } else if (bare) {
      matchExpressions.push({ key: bare[2] ?? "", operator: bare[1] === "!" ? "DoesNotExist" : "Exists" });
    } else {
      return { problem: `"${part}" is not a label requirement such as env=prod, env in (a,b), gpu or !legacy` };
    }
  }
  const result = labelSelector.safeParse({
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  });
  if (!result.success) return { problem: `"${text}": ${fieldProblems(result.error)[0]?.message}` };
  return { selector: result.data };
}

/** The text form of a selector, as kubectl writes it. `<all>` when it selects everything. */
export function formatLabelSelector(selector: LabelSelector): string {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const parts = [...equal, ...(selector.matchExpressions ?? []).map(formatRequirement)];
  return parts.length === 0 ? "<all>" : parts.join(",");
}

function formatRequirement({ key, operator, values }: Requirement): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator.toLowerCase()} (${(values ?? []).join(",")})`;
}

// A key such as "constructor" is a valid label key, and every object inherits something of that name.
function own(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function holds(part: Requirement, value: string | undefined): boolean {
  switch (part.operator) {
    case "In":
      return value !== undefined && (part.values ?? []).includes(value);
    case "NotIn":
      return value === undefined || !(part.values ?? []).includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
