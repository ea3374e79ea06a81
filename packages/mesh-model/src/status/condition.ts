import type { Condition } from "@fairlead/kubernetes-types";
import type { Verdict } from "../verdict.ts";

/** A condition whose `lastTransitionTime` is still to be filled in, from the one it replaces or the clock. */
export type ConditionDraft = Omit<Condition, "lastTransitionTime">;

/** States a verdict about an object as a condition of a type. */
export function condition(
  object: { readonly metadata: { readonly generation?: number } },
  type: string,
  { status, reason, message }: Verdict,
): ConditionDraft {
  const { generation } = object.metadata;
  return { type, status, reason, message, ...(generation !== undefined && { observedGeneration: generation }) };
}
