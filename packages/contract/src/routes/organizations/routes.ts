import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { pageOf, pageQuery } from "../../schemas/paging.ts";
import { body, json, readProblems, writeProblems } from "../responses.ts";
import { organizationPatch, organizationSchema } from "./schema.ts";

const tags = ["Organizations"];
const params = z.object({ organization: idSchema("org") });

export const organizationRoutes = {
  list: createRoute({
    method: "get",
    path: "/v1/organizations",
    operationId: "listOrganizations",
    summary: "The organizations this token can see: its own.",
    tags,
    request: { query: pageQuery },
    responses: { 200: json("A page.", pageOf(organizationSchema)), ...readProblems },
  }),
  get: createRoute({
    method: "get",
    path: "/v1/organizations/{organization}",
    operationId: "getOrganization",
    tags,
    request: { params },
    responses: { 200: json("The organization.", organizationSchema), ...readProblems },
  }),
  patch: createRoute({
    method: "patch",
    path: "/v1/organizations/{organization}",
    operationId: "patchOrganization",
    summary: "Change the name. It is a label for people, so no If-Match is needed and no revision is taken.",
    tags,
    request: { params, body: body(organizationPatch) },
    responses: { 200: json("The organization as it is now.", organizationSchema), ...writeProblems },
  }),
};
