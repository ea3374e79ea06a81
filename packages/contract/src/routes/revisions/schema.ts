import { z } from "@hono/zod-openapi";
import { jsonObject } from "../../json.ts";
import { revisionText, timestamp } from "../../schemas/common.ts";

/** One entry of the append-only revision log. */
export const revisionSchema = z
  .object({
    revision: revisionText,
    at: timestamp,
    operation: z.enum(["create", "update", "delete"]),
    resource: z.object({
      type: z.enum(["organization", "project", "cluster", "gateway", "http-route", "ingress"]),
      id: z.string(),
      project: z.string().nullable().openapi({ description: "Of intents." }),
      namespace: z.string().nullable().openapi({ description: "Of intents." }),
      name: z.string(),
    }),
    actor: z.string().openapi({ description: "The id of the token that wrote, or system." }),
    requestId: z.string().nullable(),
  })
  .openapi("RevisionEntry");
/** One entry of the revision log. */
export type RevisionEntry = z.output<typeof revisionSchema>;

/** One entry with the thing before and after it. */
export const revisionDetailSchema = revisionSchema
  .extend({
    before: jsonObject.nullable().openapi({ description: "What the writable part was; null for create." }),
    after: jsonObject.nullable().openapi({ description: "What it became; null for delete." }),
  })
  .openapi("RevisionDetail");
/** One entry with the thing before and after it. */
export type RevisionDetail = z.output<typeof revisionDetailSchema>;
