import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { json, readProblems } from "../responses.ts";
import { certificatesSchema } from "./schema.ts";

export const certificateRoutes = {
  get: createRoute({
    method: "get",
    path: "/v1/clusters/{cluster}/certificates",
    operationId: "getCertificates",
    summary: "TLS Secrets in use in a cluster, with what their certificates say of themselves.",
    tags: ["Clusters"],
    request: { params: z.object({ cluster: idSchema("clu") }) },
    responses: { 200: json("All of them.", certificatesSchema), ...readProblems },
  }),
};
