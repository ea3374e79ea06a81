import { z } from "@hono/zod-openapi";
import { labelKey, labelValue } from "../specs/kubernetes-names.ts";

/** A revision as text: `epoch.n`. Read it with the core's `parseRevision`. */
export const revisionText = z
  .string()
  .regex(/^\d{1,15}\.\d{1,15}$/, "must be a revision such as 1.42")
  .openapi("Revision", { description: "epoch.n; grows with every change of the organization.", example: "1.42" });

/** A moment: ISO 8601 in UTC with milliseconds. */
export const timestamp = z.iso.datetime().openapi("Timestamp", { example: "2026-11-23T09:00:00.000Z" });

/** Labels. At most 64. */
export const labelsSchema = z
  .record(labelKey, labelValue)
  .refine((labels) => Object.keys(labels).length <= 64, "must have at most 64 entries")
  .openapi("Labels");

/** A name people read: projects, clusters, tokens. */
export const displayName = z
  .string()
  .min(1)
  .max(63)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be lower-case letters, digits and dashes, with a letter or digit at both ends",
  );
