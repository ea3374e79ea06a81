import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { pageOf, pageQuery } from "../../schemas/paging.ts";
import { ifMatchHeaders } from "../../schemas/writing.ts";
import { deletedSchema } from "../intents/schema.ts";
import { body, conditionalProblems, json, readProblems, tagged, writeProblems } from "../responses.ts";
import { projectInput, projectSchema } from "./schema.ts";

const tags = ["Projects"];
const params = z.object({ project: idSchema("prj") });

export const projectRoutes = {
  list: createRoute({
    method: "get",
    path: "/v1/projects",
    operationId: "listProjects",
    tags,
    request: { query: pageQuery.extend({ name: z.string().max(63).optional() }) },
    responses: { 200: json("A page, oldest first.", pageOf(projectSchema)), ...readProblems },
  }),
  create: createRoute({
    method: "post",
    path: "/v1/projects",
    operationId: "createProject",
    tags,
    request: { body: body(projectInput) },
    responses: { 201: tagged("The new project.", projectSchema), ...writeProblems },
  }),
  get: createRoute({
    method: "get",
    path: "/v1/projects/{project}",
    operationId: "getProject",
    tags,
    request: { params },
    responses: { 200: tagged("The project.", projectSchema), ...readProblems },
  }),
  put: createRoute({
    method: "put",
    path: "/v1/projects/{project}",
    operationId: "replaceProject",
    summary: "Replace name and grants. The same content again changes no revision.",
    tags,
    request: { params, headers: ifMatchHeaders, body: body(projectInput) },
    responses: { 200: tagged("The project as it is now.", projectSchema), ...conditionalProblems },
  }),
  delete: createRoute({
    method: "delete",
    path: "/v1/projects/{project}",
    operationId: "deleteProject",
    summary: "Delete an empty project; one that still holds intents is refused (reference_in_use).",
    tags,
    request: { params, headers: ifMatchHeaders },
    responses: { 200: json("Deleted.", deletedSchema), ...conditionalProblems },
  }),
};
