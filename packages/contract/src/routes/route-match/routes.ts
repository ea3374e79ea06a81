import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { body, json, writeProblems } from "../responses.ts";
import { routeMatchInput, routeMatchSchema } from "./schema.ts";

export const routeMatchRoutes = {
  match: createRoute({
    method: "post",
    path: "/v1/clusters/{cluster}/route-match",
    operationId: "matchRoute",
    summary: "Which route, rule and backend a request would take in the cluster, and why. Nothing is sent or changed.",
    tags: ["Clusters"],
    request: { params: z.object({ cluster: idSchema("clu") }), body: body(routeMatchInput) },
    responses: { 200: json("What would become of the request.", routeMatchSchema), ...writeProblems },
  }),
};
