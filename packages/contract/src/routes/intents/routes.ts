import { createRoute, z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import type { IntentIdKind } from "../../schemas/intent-kind.ts";
import { pageOf, pageQuery } from "../../schemas/paging.ts";
import { dryRunQuery, ifMatchHeaders } from "../../schemas/writing.ts";
import { convergenceQuery, convergenceSchema } from "../convergence/schema.ts";
import { body, conditionalProblems, json, readProblems, tagged, writeProblems } from "../responses.ts";
import { deletedSchema, intentInputSchema, intentSchema, planSchema } from "./schema.ts";

/** What tells one intent resource from another. */
export interface IntentResource<K extends IntentIdKind, S extends string> {
  readonly kind: K;
  /** Last segment of the collection's path, such as `http-routes`. */
  readonly segment: S;
  /** Name of the schema and part of the operation ids, such as `HttpRoute`. */
  readonly name: string;
  /** The kind in clusters. */
  readonly kubernetesKind: string;
  /** Checks `spec`. */
  readonly spec: z.ZodType;
}

/** The six operations every intent resource has. */
export function intentRoutes<K extends IntentIdKind, S extends string>(resource: IntentResource<K, S>) {
  const { kind, segment, name, kubernetesKind, spec } = resource;
  const tags = [`${kubernetesKind}s`.replace("Ingresss", "Ingresses")];
  const collection = `/v1/projects/{project}/${segment}` as const;
  const item = `/v1/projects/{project}/${segment}/{id}` as const;
  const projectParams = z.object({ project: idSchema("prj") });
  const params = projectParams.extend({ id: idSchema(kind) });
  const input = intentInputSchema(name, `${kubernetesKind}Spec`, spec);
  const schema = intentSchema(name, kind);
  const filter = pageQuery.extend({ namespace: z.string().max(63).optional(), name: z.string().max(253).optional() });
  return {
    list: createRoute({
      method: "get",
      path: collection,
      operationId: `list${name}s`.replace("Ingresss", "Ingresses"),
      tags,
      request: { params: projectParams, query: filter },
      responses: { 200: json("A page, oldest first.", pageOf(schema)), ...readProblems },
    }),
    create: createRoute({
      method: "post",
      path: collection,
      operationId: `create${name}`,
      tags,
      request: { params: projectParams, query: dryRunQuery, body: body(input) },
      responses: {
        200: json("With dryRun: what it would do.", planSchema),
        201: tagged("The new intent.", schema),
        ...writeProblems,
      },
    }),
    get: createRoute({
      method: "get",
      path: item,
      operationId: `get${name}`,
      tags,
      request: { params },
      responses: { 200: tagged("The intent.", schema), ...readProblems },
    }),
    put: createRoute({
      method: "put",
      path: item,
      operationId: `replace${name}`,
      summary:
        "Replace labels, annotations, placement, drift policy and spec. The same content again changes no revision.",
      tags,
      request: { params, query: dryRunQuery, headers: ifMatchHeaders, body: body(input) },
      responses: {
        200: tagged("The intent as it is now; with dryRun: what it would do.", z.union([schema, planSchema])),
        ...conditionalProblems,
      },
    }),
    delete: createRoute({
      method: "delete",
      path: item,
      operationId: `delete${name}`,
      tags,
      request: { params, query: dryRunQuery, headers: ifMatchHeaders },
      responses: {
        200: json("Deleted; with dryRun: what it would do.", z.union([deletedSchema, planSchema])),
        ...conditionalProblems,
      },
    }),
    convergence: createRoute({
      method: "get",
      path: `${item}/convergence` as const,
      operationId: `get${name}Convergence`,
      summary: "How far the intent's present revision has come, in every cluster and on every node.",
      tags: ["Convergence"],
      request: { params, query: convergenceQuery },
      responses: { 200: json("The vector.", convergenceSchema), ...readProblems },
    }),
  };
}
