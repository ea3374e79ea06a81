import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { revisionText, timestamp } from "../../schemas/fields.ts";
import { objectReference } from "../../schemas/object-reference.ts";
import { connectionState } from "../clusters/schema.ts";

/**
 * How far something has come. In order of what wins when several are put together: `rejected` (someone refused it, and
 * says why), `unknown` (someone who matters is silent), `progressing`, `converged`. `unplaced`: no cluster is selected.
 */
const convergenceState = z
  .enum(["converged", "progressing", "rejected", "unknown", "unplaced"])
  .openapi("ConvergenceState");
/** How far something has come. */
export type ConvergenceState = z.output<typeof convergenceState>;

/**
 * The stage that is waited for: `applied` by the API server, or `proxied` by every node's Envoy; where that cannot be
 * observed (a cluster that runs Cilium) `applied` stands for it, and the summary says so.
 */
const convergenceStage = z.enum(["applied", "proxied"]).openapi("ConvergenceStage");
/** The stage that is waited for. */
export type ConvergenceStage = z.output<typeof convergenceStage>;

/** What convergence reads take. */
export const convergenceQuery = z.object({
  stage: convergenceStage.default("proxied"),
  waitMs: z.coerce.number().int().min(0).max(30_000).default(0).openapi({
    description: "Hold the answer until the state is converged or rejected, for so many milliseconds at most.",
  }),
});

/** What the roll-ups take besides. */
export const rollUpQuery = convergenceQuery.extend({
  revision: revisionText
    .optional()
    .openapi({ description: "Everything up to this revision. Default: the organization's latest." }),
});

/** Why something was refused, in the words of Kubernetes conditions. */
const conditionSchema = z
  .object({
    type: z.enum(["Applied", "Programmed", "InSync"]).openapi({
      description:
        "Applied: the API server or guard refused. Programmed: a node's Envoy refused. InSync: somebody changed the object in the cluster.",
    }),
    status: z.enum(["False", "Unknown"]),
    reason: z.string().openapi({ description: "CamelCase, such as InvalidRegex or ForeignObject." }),
    message: z.string(),
    object: objectReference,
    field: z.string().nullable().openapi({ description: "Such as spec.rules[0].matches[0].path.value." }),
  })
  .openapi("Condition");
/** Why something was refused. */
export type Condition = z.output<typeof conditionSchema>;

/** One stage over all clusters or nodes: `at` is when the last one reached it, null while one has not. */
const stageSummary = z.object({ done: z.int().min(0), total: z.int().min(0), at: timestamp.nullable() });

/** The vector stored → sent → applied → proxied. Clusters count in `sent` and `applied`, nodes that can be observed in `proxied`. */
const stagesSchema = z
  .object({ stored: z.object({ at: timestamp }), sent: stageSummary, applied: stageSummary, proxied: stageSummary })
  .openapi("Stages");

/** Whether a cluster's connector has been sent the revision. */
const sentState = z.enum(["sent", "pending"]);
/** Whether the API server holds it. `unknown`: the connector is silent. */
const appliedState = z.enum(["applied", "pending", "rejected", "unknown"]);
/** Whether a node's Envoy serves it. `unknown`: the agent or connector is silent. `unobservable`: the cluster's data plane is not ours. */
const nodeState = z.enum(["proxied", "pending", "rejected", "unknown", "unobservable"]);

/** The same of all nodes of a cluster. */
const proxiedSchema = z.object({ state: nodeState }).openapi({
  description:
    "All nodes together; unknown while none is known. unobservable: the cluster's data plane is not Fairlead's, so that `applied` is all that is waited for there.",
});

const at = timestamp.nullable().openapi({ description: "When this state was reached; null when not known." });
const since = timestamp.nullable().openapi({ description: "Since when nothing has been heard; null while heard." });

/** One node and one intent. */
const nodeConvergenceSchema = z
  .object({ node: z.string(), state: nodeState, at, since, condition: conditionSchema.nullable() })
  .openapi("NodeConvergence");
/** One node and one intent. */
export type NodeConvergence = z.output<typeof nodeConvergenceSchema>;

/** One cluster and one intent. */
const clusterConvergenceSchema = z
  .object({
    cluster: idSchema("clu"),
    name: z.string(),
    state: convergenceState,
    connection: connectionState,
    since,
    sent: z.object({ state: sentState, at }),
    applied: z.object({ state: appliedState, at, condition: conditionSchema.nullable() }),
    proxied: proxiedSchema,
    drift: conditionSchema.nullable().openapi({ description: "Whether somebody else changed the object there." }),
    nodes: z.array(nodeConvergenceSchema).openapi({ description: "By name." }),
  })
  .openapi("ClusterConvergence");
/** One cluster and one intent. */
export type ClusterConvergence = z.output<typeof clusterConvergenceSchema>;

/** How far an intent's present revision has come. */
export const convergenceSchema = z
  .object({
    intent: z.string(),
    object: objectReference,
    revision: revisionText,
    stage: convergenceStage,
    state: convergenceState,
    summary: z.string().openapi({
      description: "For people. Also names the clusters where only `applied` was waited for.",
      example: "1 converged, 1 unknown since 2026-11-23T09:00:00.000Z",
    }),
    stages: stagesSchema,
    clusters: z.array(clusterConvergenceSchema).openapi({ description: "By name." }),
  })
  .openapi("Convergence");
/** How far an intent's present revision has come. */
export type Convergence = z.output<typeof convergenceSchema>;

/** An intent that a watermark does not cover. */
const exceptionSchema = z
  .object({
    intent: z.string().nullable().openapi({ description: "null when the object's intent is not known any more." }),
    project: z.string().nullable().openapi({ description: "Id of the intent's project; null when it is deleted." }),
    revision: revisionText,
    stage: convergenceStage,
    state: z.enum(["pending", "rejected"]),
    at,
    condition: conditionSchema.nullable().openapi({ description: "Of rejected ones." }),
    object: objectReference,
  })
  .openapi("ConvergenceException");
/** An intent that a watermark does not cover. */
export type ConvergenceException = z.output<typeof exceptionSchema>;

const watermark = revisionText.nullable().openapi({
  description:
    "Everything placed here up to this revision has passed the stage, except the exceptions; null: nothing has.",
});

/** One cluster in a roll-up. */
const clusterRollUpSchema = z
  .object({
    cluster: idSchema("clu"),
    name: z.string(),
    state: convergenceState,
    connection: connectionState,
    since,
    sent: z.object({ state: sentState, revision: watermark, at }),
    applied: z.object({ state: appliedState, revision: watermark, at, exceptions: z.array(exceptionSchema) }),
    proxied: proxiedSchema,
    nodes: z
      .array(
        z.object({
          node: z.string(),
          state: nodeState,
          revision: watermark,
          at,
          since,
          exceptions: z.array(exceptionSchema),
        }),
      )
      .openapi({ description: "By name." }),
  })
  .openapi("ClusterRollUp");
/** One cluster in a roll-up. */
export type ClusterRollUp = z.output<typeof clusterRollUpSchema>;

/** How far everything up to a revision has come. */
export const rollUpSchema = z
  .object({
    revision: revisionText,
    stage: convergenceStage,
    state: convergenceState,
    summary: z.string(),
    stages: stagesSchema,
    clusters: z.array(clusterRollUpSchema).openapi({ description: "By name." }),
  })
  .openapi("RollUp");
/** How far everything up to a revision has come. */
export type RollUp = z.output<typeof rollUpSchema>;
