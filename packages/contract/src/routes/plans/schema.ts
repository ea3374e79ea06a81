import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { anyObject } from "../../json.ts";
import { revisionText } from "../../schemas/fields.ts";
import { intentKind } from "../../schemas/intent-kind.ts";
import { gatewaySpec } from "../../specs/gateway-spec.ts";
import { grpcRouteSpec } from "../../specs/grpc-route-spec.ts";
import { httpRouteSpec } from "../../specs/http-route-spec.ts";
import { ingressSpec } from "../../specs/ingress-spec.ts";
import { dnsLabel, dnsSubdomain } from "../../specs/kubernetes-names.ts";
import { strictObject } from "../../strict-object.ts";
import { differenceSchema, intentInputShape } from "../intents/schema.ts";
import { FINDING_CODES } from "./finding-codes.ts";

/** How many changes one plan may hold. */
export const MAX_PLAN_CHANGES = 500;

/** Makes an intent what the input says, whether there is one of its kind, namespace and name or not. */
const applyChange = z.discriminatedUnion("kind", [
  applyOf("Gateway", "GatewaySpec", gatewaySpec),
  applyOf("HTTPRoute", "HTTPRouteSpec", httpRouteSpec),
  applyOf("GRPCRoute", "GRPCRouteSpec", grpcRouteSpec),
  applyOf("Ingress", "IngressSpec", ingressSpec),
]);

const deleteChange = strictObject({
  action: z.literal("delete"),
  kind: intentKind,
  namespace: dnsLabel.default("default"),
  name: dnsSubdomain,
});

/** One change of a plan. */
export const planChangeSchema = z.discriminatedUnion("action", [applyChange, deleteChange]).openapi("PlanChange");
/** One change of a plan. */
export type PlanChange = z.output<typeof planChangeSchema>;
/** One change of a plan as it is sent: what has a default may be left out. */
export type PlanChangeInput = z.input<typeof planChangeSchema>;

const changes = z
  .array(planChangeSchema)
  .min(1)
  .max(MAX_PLAN_CHANGES)
  .superRefine((list, context) => {
    const seen = new Map<string, number>();
    for (const [index, { kind, namespace, name }] of list.entries()) {
      const key = `${kind}/${namespace}/${name}`;
      const earlier = seen.get(key);
      if (earlier === undefined) seen.set(key, index);
      else {
        const message = `must be about another intent than changes[${earlier}]`;
        context.addIssue({ code: "custom", path: [index, "name"], message });
      }
    }
  });

/** What to plan. */
export const planInput = strictObject({ changes }).openapi("PlanInput");

/** A plan to carry out. */
export const planApplyInput = strictObject({
  base: revisionText.openapi({ description: "The base of the plan that was looked at." }),
  changes,
}).openapi("PlanApplyInput");

const change = z.enum(["create", "update", "delete", "none"]);

/** An object that a finding speaks of. */
const findingObject = z
  .object({
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
    intent: z.string().nullable().openapi({ description: "null for a new intent, and for what is not from Fairlead." }),
    project: z.string().nullable().openapi({ description: "null for what is not from Fairlead." }),
  })
  .openapi("FindingObject");

/** Something worth saying about a plan before it is carried out. */
export const planFindingSchema = z
  .object({
    severity: z.enum(["error", "warning", "info"]).openapi({
      description: "It will not work; it works, but hardly as meant; worth knowing.",
    }),
    code: z.enum(FINDING_CODES).openapi({ description: "One cause, which settles the severity. More may be added." }),
    message: z.string(),
    cluster: z.string().nullable().openapi({ description: "null when it is about no cluster in particular." }),
    clusterName: z.string().nullable(),
    subject: findingObject.nullable().openapi({ description: "null when it is about the cluster as a whole." }),
    field: z.string().nullable().openapi({ description: "Such as spec.rules[0].matches[1]; in the subject." }),
    related: z.array(findingObject),
  })
  .openapi("PlanFinding");
/** Something worth saying about a plan before it is carried out. */
export type PlanFinding = z.output<typeof planFindingSchema>;

const plannedIntent = z
  .object({ kind: intentKind, namespace: z.string(), name: z.string(), intent: z.string().nullable(), change })
  .openapi("PlannedIntent");

const plannedObject = z
  .object({
    key: z.string().openapi({ description: "group/Kind/namespace/name." }),
    change,
    before: anyObject.nullable(),
    after: anyObject
      .nullable()
      .openapi({ description: "A new intent's object gets the annotation with its id when it is stored." }),
    diff: z.array(differenceSchema),
  })
  .openapi("PlannedObject");

/** What a set of changes would do. */
export const projectPlanSchema = z
  .object({
    base: revisionText.openapi({ description: "The moment it was computed from; send it back to apply the plan." }),
    changes: z.array(plannedIntent).openapi({ description: "To the intents, in the order asked." }),
    clusters: z
      .array(z.object({ cluster: idSchema("clu"), name: z.string(), objects: z.array(plannedObject) }))
      .openapi({ description: "By name; those that a change lands on, now or before." }),
    findings: z.array(planFindingSchema).openapi({ description: "Worst first." }),
    summary: z
      .object({
        intents: z.int(),
        clusters: z.int(),
        objects: z.int(),
        errors: z.int(),
        warnings: z.int(),
      })
      .openapi({ description: "How much changes: intents, clusters with a change, objects in them; and findings." }),
  })
  .openapi("ProjectPlan");
/** What a set of changes would do. */
export type ProjectPlan = z.output<typeof projectPlanSchema>;

/** What became of a plan that was carried out. */
export const appliedPlanSchema = z
  .object({
    revision: revisionText.openapi({ description: "From here on all of it is so; for GET /v1/convergence?revision=." }),
    intents: z
      .array(plannedIntent.extend({ revision: revisionText }).openapi("AppliedIntent"))
      .openapi({ description: "In the order asked." }),
  })
  .openapi("AppliedPlan");
/** What became of a plan that was carried out. */
export type AppliedPlan = z.output<typeof appliedPlanSchema>;

function applyOf<K extends z.output<typeof intentKind>>(kind: K, specName: string, spec: z.ZodType) {
  return strictObject({ action: z.literal("apply"), kind: z.literal(kind), ...intentInputShape(specName, spec) });
}
