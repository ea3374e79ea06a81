import type { Origin } from "@fairlead/mesh-model";

/** Something in an object that Envoy would refuse, found before it is sent. */
export interface Finding {
  readonly origin: Origin;
  /** What is there. */
  readonly value: string;
  /** What is wrong with it, in words for the object's author. */
  readonly reason: string;
}

/** By object, then field, then value; repeated findings once. */
export function sortFindings(findings: Iterable<Finding>): Finding[] {
  const distinct = new Map<string, Finding>();
  for (const finding of findings) {
    const { origin, value, reason } = finding;
    distinct.set(JSON.stringify([origin.object, origin.field, value, reason]), finding);
  }
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding);
}
