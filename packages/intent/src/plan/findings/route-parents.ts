import type { FindingCode } from "@fairlead/contract";
import type { ObjectKey, ParentReference } from "@fairlead/kubernetes-types";
import type { ParentOutcome } from "@fairlead/mesh-model";
import { asRoute, gatewayIdOf, gatewayKey, routeView } from "../read-object.ts";
import type { Draft, World } from "../world.ts";

// Gateway API's reasons for not accepting a route.
const CODES: Readonly<Record<string, FindingCode>> = {
  NoMatchingParent: "listener_not_found",
  NotAllowedByListeners: "listener_not_allowed",
  NoMatchingListenerHostname: "hostname_not_matched",
  HostnameConflict: "hostname_conflict",
};

/** Parent references of a route that lead nowhere, and rules that its parents cannot carry out. */
export function parentFindings(world: World, key: ObjectKey): Draft[] {
  const route = asRoute(world.objects.get(key));
  if (route === undefined) return [];
  const refs = route.spec.parentRefs ?? [];
  const { text } = world.describe(key);
  if (refs.length === 0) {
    return [
      {
        code: "no_parent",
        message: `${text} names no parent: nothing serves it`,
        subject: key,
        field: "spec.parentRefs",
      },
    ];
  }
  const view = routeView(world.index, key);
  const found = refs.flatMap((ref, index): Draft[] => {
    const outcome = view?.parents.find((parent) => parent.index === index);
    const problem = judge(world, ref, route.metadata.namespace ?? "", outcome);
    if (problem === undefined) return [];
    const { code, message, related } = problem;
    return [{ code, message: `${text}: ${message}`, subject: key, field: `spec.parentRefs[${index}]`, ...related }];
  });
  const rule = view?.parents.find(({ accepted }) => isRuleProblem(accepted))?.accepted;
  if (rule !== undefined) {
    found.push({
      code: "rule_unsupported",
      message: `${text}: ${rule.message}`,
      subject: key,
      field: fieldOf(rule.message),
    });
  }
  return found;
}

interface Problem {
  readonly code: FindingCode;
  readonly message: string;
  readonly related?: { readonly related: readonly ObjectKey[] };
}

function judge(
  world: World,
  ref: ParentReference,
  namespace: string,
  outcome: ParentOutcome | undefined,
): Problem | undefined {
  const id = gatewayIdOf(ref, namespace);
  if (id === undefined) {
    return {
      code: "parent_not_served",
      message: `a parent of kind ${ref.kind} is not served by Fairlead; use a Gateway`,
    };
  }
  const gateway = gatewayKey(id);
  if (!world.objects.has(gateway)) {
    if (!world.knowsFacts) return undefined;
    const gone = world.changed.has(gateway) ? "is deleted by this plan" : "is not there";
    return { code: "parent_not_found", message: `Gateway ${id} ${gone}` };
  }
  const related = { related: [gateway] };
  if (outcome === undefined) {
    return { code: "parent_not_served", message: `Gateway ${id} is not of a class that Fairlead serves`, related };
  }
  const { accepted } = outcome;
  if (accepted.status === "True" || isRuleProblem(accepted)) return undefined;
  // Which namespaces a selector means is known from the cluster alone.
  if (accepted.reason === "NotAllowedByListeners" && !world.knowsFacts) return undefined;
  return { code: CODES[accepted.reason] ?? "listener_not_allowed", message: accepted.message, related };
}

function isRuleProblem({ status, reason }: ParentOutcome["accepted"]): boolean {
  return status !== "True" && CODES[reason] === undefined;
}

function fieldOf(message: string): string | undefined {
  return /^(spec[^\s:]*):/.exec(message)?.[1];
}
