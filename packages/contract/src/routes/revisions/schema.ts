import { z } from "@hono/zod-openapi";
import { anyObject } from "../../json.ts";
import { revisionText, timestamp } from "../../schemas/fields.ts";
import { intentKind } from "../../schemas/intent-kind.ts";

/** One entry of the append-only revision log. */
export const revisionSchema = z
  .object({
    revision: revisionText,
    at: timestamp,
    action: z.enum(["create", "update", "delete"]),
    subject: z.enum(["intent", "project", "cluster"]),
    id: z.string().openapi({ description: "Of the intent, project or cluster." }),
    project: z.string().nullable().openapi({ description: "Of intents; null for the rest." }),
    kind: z.union([intentKind, z.null()]).openapi({ description: "Of intents; null for the rest." }),
    namespace: z.string().nullable().openapi({ description: "Of intents; null for the rest." }),
    name: z.string(),
    actor: z.string().openapi({ description: "The id of the token that wrote, or system." }),
  })
  .openapi("RevisionEntry");
/** One entry of the revision log. */
export type RevisionEntry = z.output<typeof revisionSchema>;

/** One entry with the thing before and after it. */
export const revisionDetailSchema = revisionSchema
  .extend({
    before: anyObject.nullable().openapi({ description: "What the writable part was; null for create." }),
    after: anyObject.nullable().openapi({ description: "What it became; null for delete." }),
  })
  .openapi("RevisionDetail");
/** One entry with the thing before and after it. */
export type RevisionDetail = z.output<typeof revisionDetailSchema>;
