import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { revisionText, timestamp } from "../../schemas/fields.ts";
import { strictObject } from "../../strict-object.ts";

/** A tenant. Everything else belongs to exactly one. `revision` is the newest of everything in it. */
export const organizationSchema = z
  .object({
    id: idSchema("org"),
    name: z.string(),
    revision: revisionText,
    createdAt: timestamp,
  })
  .openapi("Organization");
/** A tenant. */
export type Organization = z.output<typeof organizationSchema>;

/** What of an organization can be changed. */
export const organizationPatch = strictObject({ name: z.string().min(1).max(128) }).openapi("OrganizationPatch");
