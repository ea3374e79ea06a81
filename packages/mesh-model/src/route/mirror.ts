import type { BackendObjectReference, HTTPRequestMirrorFilter, ObjectKey } from "@fairlead/kubernetes-types";
import type { Origin } from "../model.ts";
import { type RuleProblem, unsupportedValue } from "./rule-problem.ts";

/** A mirror whose backend is still to be looked up. */
export interface MirrorDraft {
  readonly reference: BackendObjectReference;
  /** 0 to 1,000,000. */
  readonly perMillion: number;
  readonly origin: Origin;
}

const MILLION = 1_000_000;

/** Reads a mirror filter; `field` is its path. All requests are copied unless it says which share. */
export function readMirror(
  object: ObjectKey,
  field: string,
  { backendRef, percent, fraction }: HTTPRequestMirrorFilter,
): { readonly draft: MirrorDraft; readonly problem?: never } | { readonly problem: RuleProblem } {
  if (percent !== undefined && fraction !== undefined) {
    return { problem: unsupportedValue(field, "has both percent and fraction") };
  }
  const { numerator, denominator = 100 } = fraction ?? { numerator: percent ?? 100 };
  if (!(numerator >= 0 && denominator > 0 && numerator <= denominator)) {
    const part = fraction === undefined ? "percent" : "fraction";
    return { problem: unsupportedValue(`${field}.${part}`, `${numerator} of ${denominator} is not a share`) };
  }
  const exact = (numerator / denominator) * MILLION;
  // A share that was asked for is never rounded away.
  const perMillion = exact > 0 ? Math.max(1, Math.round(exact)) : 0;
  return { draft: { reference: backendRef, perMillion, origin: { object, field } } };
}
