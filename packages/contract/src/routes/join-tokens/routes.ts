import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { pageOf, pageQuery } from "../../schemas/paging.ts";
import { body, json, readProblems, writeProblems } from "../responses.ts";
import { joinTokenCreated, joinTokenInput, joinTokenSchema } from "./schema.ts";

const tags = ["Join tokens"];
const params = z.object({ cluster: idSchema("clu") });

export const joinTokenRoutes = {
  list: createRoute({
    method: "get",
    path: "/v1/clusters/{cluster}/join-tokens",
    operationId: "listJoinTokens",
    tags,
    request: { params, query: pageQuery },
    responses: { 200: json("A page, oldest first; never with secrets.", pageOf(joinTokenSchema)), ...readProblems },
  }),
  create: createRoute({
    method: "post",
    path: "/v1/clusters/{cluster}/join-tokens",
    operationId: "createJoinToken",
    tags,
    request: { params, body: body(joinTokenInput) },
    responses: { 201: json("The token with its secret.", joinTokenCreated), ...writeProblems },
  }),
  delete: createRoute({
    method: "delete",
    path: "/v1/clusters/{cluster}/join-tokens/{joinToken}",
    operationId: "deleteJoinToken",
    tags,
    request: { params: params.extend({ joinToken: idSchema("jt") }) },
    responses: { 204: { description: "Deleted." }, ...writeProblems },
  }),
};
