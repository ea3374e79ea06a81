import { type GRPCMethodMatch, type GRPCRoute, objectKey } from "@fairlead/kubernetes-types";
import type { PathMatch } from "../model.ts";
import type { RuleDraft } from "./compile.ts";
import { sessionProblems } from "./http-rules.ts";
import { compileValues } from "./match.ts";
import { grpcRouteRank } from "./rank.ts";

/** Reads the rules of a GRPCRoute. A call of a method is a request for the path `/<service>/<method>`. */
export function grpcRules(route: GRPCRoute): RuleDraft[] {
  const object = objectKey(route);
  return (route.spec.rules ?? []).map((rule, ruleIndex) => {
    const field = `spec.rules[${ruleIndex}]`;
    const written = rule.matches ?? [];
    const matches = (written.length === 0 ? [{}] : written).map(({ method, headers = [] }, matchIndex) => {
      const at = written.length === 0 ? field : `${field}.matches[${matchIndex}]`;
      const values = compileValues(object, `${at}.headers`, headers, (name) => name.toLowerCase());
      return {
        field: at,
        match: {
          path: { ...grpcMethodPath(method), origin: { object, field: `${at}.method` } },
          grpc: true as const,
          headers: values,
          queryParams: [],
        },
        rank: grpcRouteRank(route, method, values.length, [ruleIndex, matchIndex]),
      };
    });
    return {
      ...(rule.name !== undefined && { name: rule.name }),
      ...(rule.filters && { filters: rule.filters }),
      ...(rule.backendRefs && { backendRefs: rule.backendRefs }),
      limits: {},
      matches,
      problems: () => sessionProblems(rule, field),
    };
  });
}

const ANY_NAME = "[^/]+";

/** The paths of the calls that a match of service and method means; absent: all. */
export function grpcMethodPath(match: GRPCMethodMatch | undefined): Pick<PathMatch, "type" | "value"> {
  const { type = "Exact", service = "", method = "" } = match ?? {};
  if (service === "" && method === "") return { type: "prefix", value: "/" };
  if (type === "RegularExpression") return { type: "regex", value: `/${group(service)}/${group(method)}` };
  if (method === "") return { type: "prefix", value: `/${service}` };
  if (service === "") return { type: "regex", value: `/${ANY_NAME}/${quote(method)}` };
  return { type: "exact", value: `/${service}/${method}` };
}

function group(pattern: string): string {
  return pattern === "" ? ANY_NAME : `(?:${pattern})`;
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
