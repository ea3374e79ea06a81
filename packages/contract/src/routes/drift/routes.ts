import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { json, readProblems } from "../responses.ts";
import { clusterDriftSchema } from "./schema.ts";

export const driftRoutes = {
  get: createRoute({
    method: "get",
    path: "/v1/clusters/{cluster}/drift",
    operationId: "getClusterDrift",
    summary:
      "Objects of ours that somebody changed or deleted in the cluster: field by field, by whom, and what was done.",
    tags: ["Clusters"],
    request: { params: z.object({ cluster: idSchema("clu") }) },
    responses: { 200: json("All of it.", clusterDriftSchema), ...readProblems },
  }),
};
