import { z } from "@hono/zod-openapi";
import { validationError } from "../field-problems.ts";
import { intentKind } from "../schemas/intent-kind.ts";
import { strictObject } from "../strict-object.ts";

/** The only name a ConnectorPolicy may have. */
export const CONNECTOR_POLICY_NAME = "default";

const namespaceName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must be a namespace's name");
const moment = z.iso.datetime({ offset: true, message: "must be a time such as 2026-12-24T00:00:00Z" });

/** A time in which nothing is changed, whatever the cloud says. */
const freezeWindow = strictObject({
  start: moment.describe("When it begins, inclusive."),
  end: moment.describe("When it ends, exclusive; after the start."),
  reason: z.string().min(1).max(256).describe("Why; shown wherever a change is held back for it."),
}).refine(({ start, end }) => Date.parse(start) < Date.parse(end), {
  path: ["end"],
  message: "must be after the start",
});

/**
 * The spec of a ConnectorPolicy (`fairlead.dev/v1alpha1`, cluster-scoped, named `default`): the bounds the cluster's owner sets to what the cloud
 * may do through the connector, which can read it and never write it. What is left out bounds nothing.
 */
export const connectorPolicySpec = strictObject({
  allowedKinds: z
    .array(intentKind)
    .max(16)
    .optional()
    .describe("Kinds the connector may write and delete. Left out: all it knows; empty: none."),
  allowedNamespaces: z
    .array(namespaceName)
    .max(1_000)
    .optional()
    .describe("Namespaces it may write and delete in. Left out: all; empty: none."),
  maxDeletesPerHour: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe("Deletions within any hour, counted across restarts; more wait. Left out: no limit."),
  freeze: z.array(freezeWindow).max(64).optional().describe("Times in which nothing is written or deleted."),
});

/** What {@link connectorPolicySpec} takes. */
export type ConnectorPolicySpec = z.output<typeof connectorPolicySpec>;

/**
 * The spec of a ConnectorPolicy object. Throws `invalid_field` or `unknown_field` naming the path from `spec` on: what is
 * not understood may be a bound.
 */
export function parseConnectorPolicy(object: unknown): ConnectorPolicySpec {
  const parsed = z.object({ spec: connectorPolicySpec }).safeParse(object);
  if (!parsed.success) throw validationError(parsed.error, "json", object);
  return parsed.data.spec;
}
