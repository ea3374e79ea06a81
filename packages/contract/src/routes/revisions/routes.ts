import { createRoute, z } from "@hono/zod-openapi";
import { revisionText } from "../../schemas/fields.ts";
import { pageOf, pageQuery } from "../../schemas/paging.ts";
import { json, readProblems } from "../responses.ts";
import { revisionDetailSchema, revisionSchema } from "./schema.ts";

const tags = ["Revisions"];

export const revisionRoutes = {
  list: createRoute({
    method: "get",
    path: "/v1/revisions",
    operationId: "listRevisions",
    summary: "The revision log, newest first.",
    tags,
    request: {
      query: pageQuery.extend({
        intent: z
          .string()
          .max(64)
          .optional()
          .openapi({ description: "Only entries of this id (gw_…, rt_…, ing_…, prj_…, clu_…)." }),
        after: revisionText.optional().openapi({ description: "Stop at this revision: only newer entries." }),
      }),
    },
    responses: { 200: json("A page.", pageOf(revisionSchema)), ...readProblems },
  }),
  get: createRoute({
    method: "get",
    path: "/v1/revisions/{revision}",
    operationId: "getRevision",
    tags,
    request: { params: z.object({ revision: revisionText }) },
    responses: { 200: json("The entry, with the thing before and after it.", revisionDetailSchema), ...readProblems },
  }),
};
