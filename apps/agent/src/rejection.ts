import type { Finding } from "@fairlead/envoy";
import type { Fault } from "@fairlead/mesh-model";
import type { NodeObjectReport } from "@fairlead/tunnel";

/** Why an object is not in use: where, in one word for machines, and in words for its author. */
export type Rejection = NonNullable<NodeObjectReport["rejection"]>;

/** A check found, before anything was sent, something Envoy would refuse. */
export function fromFinding({ origin, value, reason }: Finding): Rejection {
  const shown = value.length > 200 ? `${value.slice(0, 200)}…` : value;
  return { field: origin.field, reason: "InvalidValue", message: `${JSON.stringify(shown)}: ${reason}` };
}

/** Some of the object cannot be served as it is written; the rest is in use. Undefined: all of it can. */
export function fromFaults(faults: readonly Fault[]): Rejection | undefined {
  const [first] = faults;
  if (first === undefined) return undefined;
  const shown = faults.slice(0, MAX_FAULTS).map(({ message }) => message);
  if (faults.length > MAX_FAULTS) shown.push(`and ${faults.length - MAX_FAULTS} more`);
  return { field: first.field, reason: first.reason, message: shown.join("; ") };
}

/** How many faults of one object are put into words. */
const MAX_FAULTS = 8;

/** The object does not have the shape of its kind. */
export function fromMalformed(message: string): Rejection {
  return { field: "", reason: "Malformed", message };
}

/** Envoy refused what came of the object. Its text names no field of ours. */
export function fromNack(message: string): Rejection {
  return { field: "", reason: isBindFailure(message) ? "CannotBind" : "RefusedByProxy", message };
}

/** Whether a listener was refused because of the machine it is on, which no change of an object would cure. */
export function isBindFailure(message: string): boolean {
  return /cannot bind|address already in use|cannot assign requested address|permission denied/i.test(message);
}
