import { type HTTPRoute, type HTTPRouteRule, objectKey, type SessionPersistence } from "@fairlead/kubernetes-types";
import type { RuleDraft } from "./compile.ts";
import { replacesPrefix } from "./filters.ts";
import { readLimits } from "./limits.ts";
import { compileMatch } from "./match.ts";
import { httpRouteRank } from "./rank.ts";
import { type RuleProblem, unsupportedValue } from "./rule-problem.ts";

/** Reads the rules of an HTTPRoute. */
export function httpRules(route: HTTPRoute): RuleDraft[] {
  const object = objectKey(route);
  return (route.spec.rules ?? []).map((rule, ruleIndex) => {
    const field = `spec.rules[${ruleIndex}]`;
    const { limits, problems } = readLimits(rule, field);
    const written = rule.matches ?? [];
    const matches = (written.length === 0 ? [{}] : written).map((spec, matchIndex) => {
      const at = written.length === 0 ? field : `${field}.matches[${matchIndex}]`;
      const match = compileMatch(object, at, spec);
      return { field: at, match, rank: httpRouteRank(route, match, [ruleIndex, matchIndex]) };
    });
    return {
      ...(rule.name !== undefined && { name: rule.name }),
      ...(rule.filters && { filters: rule.filters }),
      ...(rule.backendRefs && { backendRefs: rule.backendRefs }),
      limits,
      matches,
      problems: (places) => [
        ...problems,
        ...prefixProblems(rule, places.some(replacesPrefix), field),
        ...sessionProblems(rule, field),
      ],
    };
  });
}

/** That requests of a session stay with one backend is an experimental field, which we do not carry out. */
export function sessionProblems(
  rule: { readonly sessionPersistence?: SessionPersistence },
  field: string,
): RuleProblem[] {
  if (rule.sessionPersistence === undefined) return [];
  return [unsupportedValue(`${field}.sessionPersistence`, "session persistence is not supported")];
}

function prefixProblems(rule: HTTPRouteRule, replaces: boolean, field: string): RuleProblem[] {
  if (!replaces) return [];
  const wrong = (rule.matches ?? []).findIndex(({ path }) => (path?.type ?? "PathPrefix") !== "PathPrefix");
  if (wrong < 0) return [];
  const message = `${field}: ReplacePrefixMatch needs a PathPrefix match, which ${field}.matches[${wrong}] is not`;
  return [{ reason: "IncompatibleFilters", message }];
}
