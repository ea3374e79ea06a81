import { z } from "@hono/zod-openapi";
import { intentKind } from "../schemas/intent-kind.ts";

/** The only name a ConnectorPolicy may have. */
export const CONNECTOR_POLICY_NAME = "default";

const namespaceName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must be a namespace's name");
const moment = z.iso.datetime({ offset: true, message: "must be a time such as 2026-12-24T00:00:00Z" });

/** A time in which nothing is changed, whatever the cloud says. */
const freezeWindow = z.strictObject({
  start: moment.describe("When it begins, inclusive."),
  end: moment.describe("When it ends, exclusive; after the start."),
  reason: z.string().min(1).max(256).describe("Why; shown wherever a change is held back for it."),
});

/**
 * The spec of a ConnectorPolicy (`fairlead.dev/v1alpha1`, cluster-scoped, named `default`): the bounds the cluster's owner sets to what the cloud
 * may do through the connector, which can read it and never write it. What is left out bounds nothing.
 */
export const connectorPolicySpec = z.strictObject({
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
