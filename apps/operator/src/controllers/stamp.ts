import { setConditions } from "@fairlead/kubernetes";
import type { Condition } from "@fairlead/kubernetes-types";
import type { ConditionDraft } from "@fairlead/mesh-model";

/** Our conditions with their times: those of the conditions they replace, unless the status turned just now. */
export function stamp(
  existing: readonly Condition[] | undefined,
  drafts: readonly ConditionDraft[],
  nowMs: number,
): Condition[] {
  const types = new Set(drafts.map(({ type }) => type));
  return setConditions(existing, drafts, nowMs).filter(({ type }) => types.has(type));
}

/** Whether each of our conditions is there already, just so; conditions of others do not count. */
export function holds(existing: readonly Condition[] | undefined, ours: readonly Condition[]): boolean {
  return ours.every((condition) => existing?.includes(condition) ?? false);
}
