import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { json, readProblems } from "../responses.ts";
import { topologySchema } from "./schema.ts";

export const topologyRoutes = {
  get: createRoute({
    method: "get",
    path: "/v1/clusters/{cluster}/topology",
    operationId: "getTopology",
    summary:
      "Gateways, listeners, routes, Services and endpoints of a cluster, how they hang together, and what is wrong.",
    tags: ["Clusters"],
    request: { params: z.object({ cluster: idSchema("clu") }) },
    responses: { 200: json("The topology.", topologySchema), ...readProblems },
  }),
};
