import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { displayName, revisionText, timestamp } from "../../schemas/fields.ts";
import { labelSelector } from "../../schemas/label-selector.ts";
import { dnsLabel } from "../../specs/kubernetes-names.ts";
import { strictObject } from "../../strict-object.ts";

/** Where a project's intents may land: these namespaces in the clusters the selector selects. */
export const grantSchema = strictObject({
  clusterSelector: labelSelector,
  namespaces: z
    .array(z.union([z.literal("*"), dnsLabel]))
    .min(1)
    .max(64)
    .openapi({ description: 'Names, or "*" for every namespace.' }),
}).openapi("Grant");
/** Where a project's intents may land. */
export type Grant = z.output<typeof grantSchema>;

/** A project as it is written. */
export const projectInput = strictObject({
  name: displayName,
  grants: z.array(grantSchema).max(32).openapi({ description: "None: the project's intents land nowhere." }),
}).openapi("ProjectInput");
/** A project as it is written. */
export type ProjectInput = z.output<typeof projectInput>;

/** A group of intents with the right to land in some namespaces of some clusters. */
export const projectSchema = z
  .object({
    id: idSchema("prj"),
    name: z.string(),
    grants: z.array(grantSchema),
    revision: revisionText,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Project");
/** A group of intents. */
export type Project = z.output<typeof projectSchema>;
