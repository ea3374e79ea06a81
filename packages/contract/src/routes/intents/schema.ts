import { z } from "@hono/zod-openapi";
import { type IdKind, idSchema } from "../../ids.ts";
import { anyObject, isJsonObject, type JsonObject } from "../../json.ts";
import { annotationsSchema } from "../../schemas/annotations.ts";
import { labelsSchema, revisionText, timestamp } from "../../schemas/fields.ts";
import type { IntentIdKind } from "../../schemas/intent-kind.ts";
import { labelSelector } from "../../schemas/label-selector.ts";
import { dnsLabel, dnsSubdomain } from "../../specs/kubernetes-names.ts";
import { strictObject } from "../../strict-object.ts";

/** Which clusters an intent goes to, among those its project is granted. Empty: all of them. */
export const placementSchema = strictObject({ clusterSelector: labelSelector.default({}) }).openapi("Placement");
/** Which clusters an intent goes to. */
export type Placement = z.output<typeof placementSchema>;

/** What a cluster's connector does when somebody else changes or deletes an object of the intent. */
export const driftPolicySchema = z.enum(["revert", "report"]).openapi("DriftPolicy", {
  description: "revert: apply the object again. report: say who changed what, and leave it until the intent changes.",
});
/** What is done about drift. */
export type DriftPolicy = z.output<typeof driftPolicySchema>;

/** An intent as it is written. `spec` is the Kubernetes spec of its kind and passes through as it came. */
export interface IntentInput {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly placement: Placement;
  readonly driftPolicy: DriftPolicy;
  readonly spec: JsonObject;
}

/** The schema of an intent's input, whose `spec` is checked by `spec` (the component `specName`) but kept verbatim. */
export function intentInputSchema(name: string, specName: string, spec: z.ZodType) {
  return strictObject(intentInputShape(specName, spec)).openapi(`${name}Input`);
}

/** The fields of an intent's input. */
export function intentInputShape(specName: string, spec: z.ZodType) {
  return {
    name: dnsSubdomain.openapi({ description: "Cannot change: delete and create instead." }),
    namespace: dnsLabel.default("default").openapi({ description: "Cannot change: delete and create instead." }),
    labels: labelsSchema.default({}),
    annotations: annotationsSchema.default({}),
    placement: placementSchema.default({ clusterSelector: {} }),
    driftPolicy: driftPolicySchema.default("revert"),
    spec: verbatim(specName, spec),
  };
}

/** The schema of an intent as it is read. */
export function intentSchema<K extends IdKind>(name: string, kind: K) {
  return z
    .object({
      id: idSchema(kind),
      project: idSchema("prj"),
      name: z.string(),
      namespace: z.string(),
      labels: labelsSchema,
      annotations: annotationsSchema,
      placement: placementSchema,
      driftPolicy: driftPolicySchema,
      spec: anyObject.openapi({ description: "The Kubernetes spec as it was written." }),
      revision: revisionText,
      createdAt: timestamp,
      updatedAt: timestamp,
    })
    .openapi(name);
}

/** Any intent as it is read. */
export type Intent<K extends IdKind = IntentIdKind> = z.output<ReturnType<typeof intentSchema<K>>>;

/** One difference between two objects. */
export const differenceSchema = z
  .object({
    field: z.string().openapi({ description: "Such as spec.rules[0].matches[0].path.value; empty for the whole." }),
    before: z.unknown().optional().openapi({ description: "Absent for what is added." }),
    after: z.unknown().optional().openapi({ description: "Absent for what is removed." }),
  })
  .openapi("Difference");

/** What a write would do in one cluster. */
const planClusterSchema = z
  .object({
    cluster: idSchema("clu"),
    name: z.string(),
    change: z.enum(["create", "update", "delete", "none"]),
    before: anyObject
      .nullable()
      .openapi({ description: "The object rendered from the stored intent; null when it is not placed there." }),
    after: anyObject
      .nullable()
      .openapi({ description: "The object rendered from the new intent; null when it leaves." }),
    diff: z.array(differenceSchema),
  })
  .openapi("PlanCluster");

/** The answer to a write with `dryRun=true`. What the real write would refuse, this refuses with the same problem. */
export const planSchema = z
  .object({
    dryRun: z.literal(true),
    change: z.enum(["create", "update", "delete", "none"]).openapi({ description: "To the intent itself." }),
    clusters: z
      .array(planClusterSchema)
      .openapi({ description: "By name; every cluster it is or would be placed in." }),
    warnings: z.array(z.string()),
  })
  .openapi("Plan");
/** The answer to a write with `dryRun=true`. */
export type Plan = z.output<typeof planSchema>;

/** The answer to a delete: the revision from which the thing is gone, for `GET /v1/convergence?revision=`. */
export const deletedSchema = z
  .object({ deleted: z.literal(true), id: z.string(), revision: revisionText })
  .openapi("Deleted");
/** The answer to a delete. */
export type Deleted = z.output<typeof deletedSchema>;

/** Checks by `spec`, gives back exactly what came in: no field is reordered, defaulted or dropped. */
function verbatim(reference: string, spec: z.ZodType) {
  return z
    .custom<JsonObject>(isJsonObject, {
      error: (issue) => (issue.input === undefined ? "is required" : "must be an object"),
    })
    .check((context) => {
      const result = spec._zod.run({ value: context.value, issues: [] }, {});
      if (result instanceof Promise) throw new TypeError("a spec's schema must be synchronous");
      context.issues.push(...result.issues);
    })
    .openapi({ type: "object", allOf: [{ $ref: `#/components/schemas/${reference}` }] });
}
