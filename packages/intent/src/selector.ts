import type { LabelRequirement, LabelSelector, Labels } from "./types.ts";

/**
 * Whether labels satisfy a selector, with Kubernetes' meaning: every part must hold, an empty selector matches
 * all, and `NotIn` also matches when the label is absent.
 */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (label(labels, key) !== value) return false;
  }
  return (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labels));
}

/** The selector as text, in `kubectl --selector` syntax, sorted; `<everything>` when it is empty. */
export function formatSelector(selector: LabelSelector): string {
  const parts = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(selector.matchExpressions ?? []).map(formatRequirement),
  ];
  return parts.length === 0 ? "<everything>" : parts.sort().join(",");
}

function holds(requirement: LabelRequirement, labels: Labels): boolean {
  const value = label(labels, requirement.key);
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return requirement.operator satisfies never;
  }
}

// Labels come from users: a key such as "constructor" must not find what every object inherits.
function label(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  const set = `(${[...(values ?? [])].sort().join(",")})`;
  switch (operator) {
    case "In":
      return `${key} in ${set}`;
    case "NotIn":
      return `${key} notin ${set}`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return operator satisfies never;
  }
}
