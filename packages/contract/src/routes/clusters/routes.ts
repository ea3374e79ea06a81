import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { pageOf, pageQuery } from "../../schemas/paging.ts";
import { ifMatchHeaders } from "../../schemas/writing.ts";
import { rollUpQuery, rollUpSchema } from "../convergence/schema.ts";
import { deletedSchema } from "../intents/schema.ts";
import { body, conditionalProblems, json, readProblems, tagged, writeProblems } from "../responses.ts";
import { clusterConfirmation, clusterInput, clusterSchema } from "./schema.ts";

const tags = ["Clusters"];
const params = z.object({ cluster: idSchema("clu") });

export const clusterRoutes = {
  list: createRoute({
    method: "get",
    path: "/v1/clusters",
    operationId: "listClusters",
    tags,
    request: { query: pageQuery.extend({ name: z.string().max(63).optional() }) },
    responses: { 200: json("A page, oldest first.", pageOf(clusterSchema)), ...readProblems },
  }),
  create: createRoute({
    method: "post",
    path: "/v1/clusters",
    operationId: "createCluster",
    tags,
    request: { body: body(clusterInput) },
    responses: { 201: tagged("The new cluster.", clusterSchema), ...writeProblems },
  }),
  get: createRoute({
    method: "get",
    path: "/v1/clusters/{cluster}",
    operationId: "getCluster",
    tags,
    request: { params },
    responses: { 200: tagged("The cluster.", clusterSchema), ...readProblems },
  }),
  put: createRoute({
    method: "put",
    path: "/v1/clusters/{cluster}",
    operationId: "replaceCluster",
    summary: "Replace name and labels. New labels move intents in and out.",
    tags,
    request: { params, headers: ifMatchHeaders, body: body(clusterInput) },
    responses: { 200: tagged("The cluster as it is now.", clusterSchema), ...conditionalProblems },
  }),
  delete: createRoute({
    method: "delete",
    path: "/v1/clusters/{cluster}",
    operationId: "deleteCluster",
    summary: "Forget the cluster. Its connector is refused from now on; what it has applied stays as it is.",
    tags,
    request: { params, headers: ifMatchHeaders },
    responses: { 200: json("Deleted.", deletedSchema), ...conditionalProblems },
  }),
  revoke: createRoute({
    method: "post",
    path: "/v1/clusters/{cluster}/revoke",
    operationId: "revokeCluster",
    summary:
      "Refuse the connector's key and close its live socket at once, on every replica. A new join token lets it back in.",
    tags,
    request: { params },
    responses: { 200: tagged("The cluster as it is now.", clusterSchema), ...writeProblems },
  }),
  confirm: createRoute({
    method: "post",
    path: "/v1/clusters/{cluster}/confirm",
    operationId: "confirmCluster",
    summary:
      "Say which Kubernetes cluster this is, after a connector with its identity was refused elsewhere (cluster_cloned). The connector there is welcome from now on, no other is, and the warning is settled.",
    tags,
    request: { params, body: body(clusterConfirmation) },
    responses: { 200: tagged("The cluster as it is now.", clusterSchema), ...writeProblems },
  }),
  convergence: createRoute({
    method: "get",
    path: "/v1/clusters/{cluster}/convergence",
    operationId: "getClusterConvergence",
    summary: "How far one cluster has come.",
    tags: ["Convergence"],
    request: { params, query: rollUpQuery },
    responses: { 200: json("The roll-up of this cluster alone.", rollUpSchema), ...readProblems },
  }),
};
