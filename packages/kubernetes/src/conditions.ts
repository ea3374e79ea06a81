import type { Condition } from "@fairlead/kubernetes-types";

/** A condition without its time, which {@link setCondition} settles. */
export type ConditionUpdate = Omit<Condition, "lastTransitionTime">;

/**
 * Puts a condition into a list by its type. `lastTransitionTime` moves only when `status` does. Gives back the same
 * list when nothing changed, so that a caller can tell that there is nothing to write.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  update: ConditionUpdate,
  nowMs: number,
): readonly Condition[] {
  const list = conditions ?? [];
  const old = list.find((condition) => condition.type === update.type);
  if (old !== undefined && isSame(old, update)) return list;
  const lastTransitionTime = old?.status === update.status ? old.lastTransitionTime : timestamp(nowMs);
  const next: Condition = { ...update, lastTransitionTime };
  return old === undefined ? [...list, next] : list.map((condition) => (condition === old ? next : condition));
}

/** {@link setCondition} for several; conditions of other types stay. */
export function setConditions(
  conditions: readonly Condition[] | undefined,
  updates: Iterable<ConditionUpdate>,
  nowMs: number,
): readonly Condition[] {
  let list = conditions ?? [];
  for (const update of updates) list = setCondition(list, update, nowMs);
  return list;
}

/** The condition of a type. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the condition of a type is there and says `True` (of this generation, when one is given). */
export function isConditionTrue(
  conditions: readonly Condition[] | undefined,
  type: string,
  generation?: number,
): boolean {
  const condition = findCondition(conditions, type);
  return condition?.status === "True" && (generation === undefined || condition.observedGeneration === generation);
}

/** RFC 3339 in whole seconds, as `metav1.Time` is written. */
export function timestamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}

function isSame(condition: Condition, update: ConditionUpdate): boolean {
  return (
    condition.status === update.status &&
    condition.reason === update.reason &&
    condition.message === update.message &&
    condition.observedGeneration === update.observedGeneration
  );
}
