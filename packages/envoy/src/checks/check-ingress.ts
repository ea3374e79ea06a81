import type { FieldFinding } from "./check-http-route.ts";
import { checkPath } from "./path.ts";
import { checkRegex } from "./regex.ts";

/** What is read of an Ingress. */
export interface CheckedIngress {
  readonly spec: {
    readonly rules?: readonly {
      readonly http?: { readonly paths: readonly { readonly path?: string; readonly pathType?: string }[] };
    }[];
  };
}

/** Everything in an Ingress that Envoy would refuse, in the order of its fields. `ImplementationSpecific` paths are RE2. */
export function checkIngress(ingress: CheckedIngress): FieldFinding[] {
  return (ingress.spec.rules ?? []).flatMap((rule, ruleIndex) =>
    (rule.http?.paths ?? []).flatMap(({ path, pathType }, pathIndex) => {
      if (path === undefined || path === "") return [];
      const reason = pathType === "ImplementationSpecific" ? checkRegex(path) : checkPath(path);
      const field = `spec.rules[${ruleIndex}].http.paths[${pathIndex}].path`;
      return reason === undefined ? [] : [{ field, value: path, reason }];
    }),
  );
}
