/** Why a rule is not carried out as written; `reason` is one of Gateway API's for `Accepted`. */
export interface RuleProblem {
  readonly reason: "UnsupportedValue" | "IncompatibleFilters";
  /** Names the field and what is wrong. */
  readonly message: string;
}

/** A field has a value we cannot carry out. */
export function unsupportedValue(field: string, problem: string): RuleProblem {
  return { reason: "UnsupportedValue", message: `${field}: ${problem}` };
}
