import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { pageOf, pageQuery } from "../../schemas/paging.ts";
import { body, json, readProblems, writeProblems } from "../responses.ts";
import { tokenCreated, tokenInput, tokenSchema } from "./schema.ts";

const tags = ["API tokens"];

export const tokenRoutes = {
  list: createRoute({
    method: "get",
    path: "/v1/tokens",
    operationId: "listTokens",
    tags,
    request: { query: pageQuery },
    responses: { 200: json("A page, oldest first; never with secrets.", pageOf(tokenSchema)), ...readProblems },
  }),
  create: createRoute({
    method: "post",
    path: "/v1/tokens",
    operationId: "createToken",
    tags,
    request: { body: body(tokenInput) },
    responses: { 201: json("The token with its secret.", tokenCreated), ...writeProblems },
  }),
  delete: createRoute({
    method: "delete",
    path: "/v1/tokens/{token}",
    operationId: "deleteToken",
    summary: "Revoke the token. Requests with it are refused from now on, on every replica.",
    tags,
    request: { params: z.object({ token: idSchema("tok") }) },
    responses: { 204: { description: "Revoked." }, ...writeProblems },
  }),
};
