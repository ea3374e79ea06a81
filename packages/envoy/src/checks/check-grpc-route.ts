import { grpcMethodPath } from "@fairlead/mesh-model";
import { type CheckedHttpRoute, checkHttpRoute, compareFields, type FieldFinding } from "./check-http-route.ts";
import { checkPath } from "./path.ts";
import { checkRegex } from "./regex.ts";

/** What is read of a Gateway API GRPCRoute. */
export interface CheckedGrpcRoute {
  readonly spec: { readonly rules?: readonly CheckedGrpcRule[] };
}

type HttpRule = NonNullable<CheckedHttpRoute["spec"]["rules"]>[number];

interface CheckedGrpcRule extends Pick<HttpRule, "filters" | "backendRefs"> {
  readonly matches?: readonly {
    readonly method?: {
      readonly type?: "Exact" | "RegularExpression";
      readonly service?: string;
      readonly method?: string;
    };
    readonly headers?: NonNullable<HttpRule["matches"]>[number]["headers"];
  }[];
}

/** Everything in a GRPCRoute that Envoy would refuse, sorted by field. Of a method the value is the path it stands for. */
export function checkGrpcRoute({ spec: { rules = [] } }: CheckedGrpcRoute): FieldFinding[] {
  const common = rules.map(
    ({ matches, ...rule }): HttpRule => ({
      ...rule,
      ...(matches && { matches: matches.map(({ headers }) => (headers === undefined ? {} : { headers })) }),
    }),
  );
  const methods = rules.flatMap(({ matches = [] }, ruleIndex) =>
    matches.flatMap(({ method }, matchIndex): FieldFinding[] => {
      const { type, value } = grpcMethodPath(method);
      const reason = type === "regex" ? checkRegex(value) : checkPath(value);
      const field = `spec.rules[${ruleIndex}].matches[${matchIndex}].method`;
      return reason === undefined ? [] : [{ field, value, reason }];
    }),
  );
  return [...checkHttpRoute({ spec: { rules: common } }), ...methods].sort(compareFields);
}
