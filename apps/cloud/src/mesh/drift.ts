import type { Condition, Drift } from "@fairlead/contract";
import { driftKey, type Drift as ReportedDrift } from "@fairlead/tunnel";
import { z } from "zod";
import { referenceOf } from "../api/convergence/problem-condition.ts";

/** What is taken of a connector's word, so that a version that says it otherwise cannot spoil an answer. */
const schema = z.object({
  key: z.string().regex(/^[^/]*\/[^/]+\/[^/]*\/[^/]+$/),
  intent: z.string(),
  revision: z.string().regex(/^\d+\.\d+$/),
  policy: z.enum(["revert", "report"]),
  change: z.enum(["modified", "deleted"]),
  state: z.enum(["reported", "reverting", "reverted", "fighting"]),
  fields: z.array(
    z.object({
      field: z.string(),
      wanted: z.string().optional(),
      live: z.string().optional(),
      manager: z.string(),
      operation: z.string(),
      time: z.string(),
    }),
  ),
  moreFields: z.int().min(0),
  reversals: z.int().min(0),
  at: z.int().min(0),
});

/** Reads what a connector told of drift; what is not of its shape, or not under its own key, is left out. */
export function readDrift(key: string, body: string): ReportedDrift | undefined {
  const result = schema.safeParse(JSON.parse(body));
  if (!result.success || driftKey(result.data.key) !== key) return undefined;
  const { fields, ...rest } = result.data;
  return {
    ...rest,
    fields: fields.map(({ wanted, live, ...field }) => ({
      ...field,
      ...(wanted !== undefined && { wanted }),
      ...(live !== undefined && { live }),
    })),
  };
}

/** Drift as the API shows it; `intent`: the one its object comes from by the bundle, which outranks the connector's word. */
export function presentDrift(drift: ReportedDrift, intent: string | null): Drift {
  const { key, revision, policy, change, state, reversals, fields, moreFields, at } = drift;
  return {
    object: referenceOf(key),
    intent,
    revision,
    policy,
    change,
    state,
    reversals,
    fields: fields.map(({ field, wanted, live, manager, operation, time }) => ({
      field,
      wanted: wanted ?? null,
      live: live ?? null,
      manager: manager === "" ? null : manager,
      operation: operation === "Apply" || operation === "Update" ? operation : null,
      at: Number.isNaN(Date.parse(time)) ? null : new Date(time).toISOString(),
    })),
    moreFields,
    at: new Date(at).toISOString(),
  };
}

/** Drift in the words of a condition; undone drift is none. */
export function driftCondition(drift: ReportedDrift): Condition | null {
  const { state, change, key, fields, moreFields } = drift;
  if (state === "reverted") return null;
  const managers = [...new Set(fields.map(({ manager }) => manager || "somebody"))].sort();
  const [first] = fields;
  const more = fields.length + moreFields - 1;
  const what =
    change === "deleted"
      ? "the object was deleted in the cluster"
      : `${managers.join(", ")} changed ${first?.field ?? "it"}${more > 0 ? ` and ${more} more` : ""} in the cluster`;
  const REASON = { reported: "DriftReported", reverting: "DriftReverting", fighting: "DriftFighting" } as const;
  const ENDING = {
    reported: "it is left so, as the intent asks",
    reverting: "it is being undone",
    fighting: "it comes back as often as it is undone, so it is undone rarely now",
  } as const;
  return {
    type: "InSync",
    status: "False",
    reason: REASON[state],
    message: `${what}; ${ENDING[state]}`,
    object: referenceOf(key),
    field: first?.field ?? null,
  };
}
