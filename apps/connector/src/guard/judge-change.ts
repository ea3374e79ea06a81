import { CONNECTOR_POLICY_NAME, type ConnectorPolicySpec } from "@fairlead/contract/connector-policy";
import { type DeleteCounts, freeAgainAt, recentCounts, totalOf } from "./delete-counts.ts";

/** What is about to be done to an object. */
export interface Change {
  readonly action: "create" | "update" | "delete";
  readonly kind: string;
  /** Empty for an object of the cluster. */
  readonly namespace: string;
}

/** Why a change may not be made, or not now. */
export interface Refusal {
  /** The bound: a path in the policy, such as `spec.freeze[0]`. */
  readonly field: string;
  /** Bound and value, for people. */
  readonly message: string;
  /** When to ask again, in milliseconds since the Unix epoch; undefined: when the policy has changed. */
  readonly until: number | undefined;
}

/** Names in a message; the rest is counted. */
const MAX_NAMES = 10;
const POLICY = `ConnectorPolicy ${CONNECTOR_POLICY_NAME}`;

/**
 * Whether the bounds of a cluster's owner let a change through (undefined), else the first bound that does not: those
 * that stay come before those that pass. Pure; `now` is in milliseconds since the Unix epoch, `deletes` may be older
 * than an hour.
 */
export function judgeChange(
  policy: ConnectorPolicySpec,
  change: Change,
  now: number,
  deletes: DeleteCounts,
): Refusal | undefined {
  return (
    refusedKind(policy, change) ??
    refusedNamespace(policy, change) ??
    refusedTime(policy, change, now) ??
    refusedDelete(policy, change, recentCounts(deletes, now))
  );
}

function refusedKind({ allowedKinds }: ConnectorPolicySpec, { kind }: Change): Refusal | undefined {
  if (allowedKinds === undefined || allowedKinds.some((allowed) => allowed === kind)) return undefined;
  const message = `${POLICY} allows ${namesOf("kind", allowedKinds)}; ${kind} is not among them`;
  return { field: "spec.allowedKinds", message, until: undefined };
}

function refusedNamespace(
  { allowedNamespaces }: ConnectorPolicySpec,
  { kind, namespace }: Change,
): Refusal | undefined {
  if (allowedNamespaces === undefined || (namespace !== "" && allowedNamespaces.includes(namespace))) return undefined;
  const where = namespace === "" ? `a ${kind} is in none` : `${namespace} is not among them`;
  const message = `${POLICY} allows ${namesOf("namespace", allowedNamespaces)}; ${where}`;
  return { field: "spec.allowedNamespaces", message, until: undefined };
}

function refusedTime({ freeze = [] }: ConnectorPolicySpec, { action }: Change, now: number): Refusal | undefined {
  const windows = freeze.map(({ start, end, reason }) => ({
    startsAt: Date.parse(start),
    endsAt: Date.parse(end),
    reason,
  }));
  const covering = (time: number) => windows.findIndex(({ startsAt, endsAt }) => startsAt <= time && time < endsAt);
  const first = covering(now);
  const reason = windows[first]?.reason;
  if (reason === undefined) return undefined;
  // One window may begin before another ends.
  let until = now;
  for (let index = first; index >= 0; index = covering(until)) until = windows[index]?.endsAt ?? until;
  const message = `${POLICY} freezes this cluster until ${timeText(until)} (${reason}); the ${action} waits until then`;
  return { field: `spec.freeze[${first}]`, message, until };
}

function refusedDelete(
  { maxDeletesPerHour }: ConnectorPolicySpec,
  { action }: Change,
  recent: DeleteCounts,
): Refusal | undefined {
  if (action !== "delete" || maxDeletesPerHour === undefined || totalOf(recent) < maxDeletesPerHour) return undefined;
  const field = "spec.maxDeletesPerHour";
  if (maxDeletesPerHour === 0)
    return { field, message: `${POLICY} allows no deletions (0 per hour)`, until: undefined };
  const until = freeAgainAt(recent, maxDeletesPerHour);
  const wait = until === undefined ? "" : `; the next is possible at ${timeText(until)}`;
  return {
    field,
    message: `${POLICY} allows ${maxDeletesPerHour} deletions per hour, and they are made${wait}`,
    until,
  };
}

function namesOf(noun: string, names: readonly string[]): string {
  if (names.length === 0) return `no ${noun}s`;
  const more = names.length - MAX_NAMES;
  return `the ${noun}s ${names.slice(0, MAX_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function timeText(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
