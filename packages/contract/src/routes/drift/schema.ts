import { z } from "@hono/zod-openapi";
import { revisionText, timestamp } from "../../schemas/fields.ts";
import { objectReference } from "../../schemas/object-reference.ts";
import { driftPolicySchema } from "../intents/schema.ts";

const value = z
  .string()
  .nullable()
  .openapi({ description: "As JSON text, cut after 512 characters; null: there is none." });

/** One field that is not as it was applied. */
const driftFieldSchema = z
  .object({
    field: z.string().openapi({ description: "Such as spec.rules[0].matches[0].path.value." }),
    wanted: value,
    live: value,
    manager: z.string().nullable().openapi({ description: "Field manager that owns it now; null: nobody does." }),
    operation: z.enum(["Apply", "Update"]).nullable(),
    at: timestamp.nullable().openapi({ description: "When that manager last wrote." }),
  })
  .openapi("DriftField");

/** An object that somebody else changed or deleted. */
export const driftSchema = z
  .object({
    object: objectReference,
    intent: z.string().nullable(),
    revision: revisionText,
    policy: driftPolicySchema,
    change: z.enum(["modified", "deleted"]),
    state: z.enum(["reported", "reverting", "reverted", "fighting"]).openapi({
      description:
        "reported: left so. reverting: being undone. reverted: undone, told for 15 minutes. fighting: undone again and again within a minute, and now only rarely.",
    }),
    reversals: z.int().min(0).openapi({ description: "How often it was undone in the last minute." }),
    fields: z.array(driftFieldSchema).openapi({ description: "By path; at most 50." }),
    moreFields: z.int().min(0),
    at: timestamp.openapi({ description: "When it was found." }),
  })
  .openapi("Drift");
/** An object that somebody else changed or deleted. */
export type Drift = z.output<typeof driftSchema>;

/** The drift of a cluster. */
export const clusterDriftSchema = z
  .object({
    items: z.array(driftSchema).openapi({ description: "By kind, namespace and name." }),
    observedAt: timestamp.nullable().openapi({ description: "When the cluster last told of itself; null: never." }),
  })
  .openapi("ClusterDrift");
/** The drift of a cluster. */
export type ClusterDrift = z.output<typeof clusterDriftSchema>;
