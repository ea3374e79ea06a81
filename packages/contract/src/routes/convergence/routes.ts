import { createRoute } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { json, readProblems } from "../responses.ts";
import { rollUpQuery, rollUpSchema } from "./schema.ts";

export const convergenceRoutes = {
  get: createRoute({
    method: "get",
    path: "/v1/convergence",
    operationId: "getConvergence",
    summary: "How far everything up to a revision has come, in every cluster of the organization.",
    tags: ["Convergence"],
    request: { query: rollUpQuery.extend({ cluster: idSchema("clu").optional() }) },
    responses: { 200: json("The roll-up.", rollUpSchema), ...readProblems },
  }),
};
