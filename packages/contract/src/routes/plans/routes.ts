import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { body, conditionalProblems, json, writeProblems } from "../responses.ts";
import { appliedPlanSchema, planApplyInput, planInput, projectPlanSchema } from "./schema.ts";

const tags = ["Plans"];
const params = z.object({ project: idSchema("prj") });

const planQuery = z.object({
  all: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .openapi({
      type: "boolean",
      default: false,
      description: "Report everything found in the clusters the plan lands on, not just what it brings about.",
    }),
});

const { 428: _, ...applyProblems } = conditionalProblems;

export const planRoutes = {
  create: createRoute({
    method: "post",
    path: "/v1/projects/{project}/plans",
    operationId: "createPlan",
    summary: "What a set of changes would do in every cluster. Stores nothing.",
    description: "What the write would refuse, this refuses with the same problem.",
    tags,
    request: { params, query: planQuery, body: body(planInput) },
    responses: { 200: json("The plan.", projectPlanSchema), ...writeProblems },
  }),
  apply: createRoute({
    method: "post",
    path: "/v1/projects/{project}/plans/apply",
    operationId: "applyPlan",
    summary: "Make all changes of a plan in one transaction, or none.",
    description: "412 revision_mismatch when something the plan depends on has changed since its base.",
    tags,
    request: { params, body: body(planApplyInput) },
    responses: { 200: json("Done.", appliedPlanSchema), ...applyProblems },
  }),
};
