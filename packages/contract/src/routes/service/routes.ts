import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { anyObject } from "../../json.ts";
import { json, readProblems } from "../responses.ts";

const tags = ["Service"];

/** Who the caller is. */
const whoamiSchema = z
  .object({
    organization: z.object({ id: idSchema("org"), name: z.string() }),
    token: z.object({ id: idSchema("tok"), name: z.string() }),
  })
  .openapi("Whoami");
/** Who the caller is. */
export type Whoami = z.output<typeof whoamiSchema>;

export const serviceRoutes = {
  whoami: createRoute({
    method: "get",
    path: "/v1/whoami",
    operationId: "whoami",
    summary: "The organization and the token of this request.",
    tags,
    responses: { 200: json("Who you are.", whoamiSchema), ...readProblems },
  }),
  openapi: createRoute({
    method: "get",
    path: "/openapi.json",
    operationId: "getOpenApi",
    tags,
    security: [],
    responses: { 200: json("This document.", anyObject) },
  }),
  healthz: createRoute({
    method: "get",
    path: "/healthz",
    operationId: "healthz",
    tags,
    security: [],
    responses: {
      200: json("It can answer.", z.object({ status: z.literal("ok") })),
      503: json("It cannot.", z.object({ status: z.literal("unavailable"), reason: z.string() })),
    },
  }),
};
