import { z } from "@hono/zod-openapi";
import type { JsonObject, JsonValue } from "../json.ts";
import { isJsonObject } from "../json.ts";
import { CONNECTOR_POLICY_NAME, connectorPolicySpec } from "./connector-policy.ts";

/** The definitions of our own kinds, as `apiextensions.k8s.io/v1` has them, with structural schemas made from the contract's. */
export function customResourceDefinitions(): JsonObject[] {
  return [
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "connectorpolicies.fairlead.dev", annotations: { "helm.sh/resource-policy": "keep" } },
      spec: {
        group: "fairlead.dev",
        scope: "Cluster",
        names: {
          kind: "ConnectorPolicy",
          listKind: "ConnectorPolicyList",
          plural: "connectorpolicies",
          singular: "connectorpolicy",
        },
        versions: [
          {
            name: "v1alpha1",
            served: true,
            storage: true,
            additionalPrinterColumns: [
              { name: "Deletes/h", type: "integer", jsonPath: ".spec.maxDeletesPerHour" },
              { name: "Kinds", type: "string", jsonPath: ".spec.allowedKinds", priority: 1 },
              { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
            ],
            schema: { openAPIV3Schema: connectorPolicySchema() },
          },
        ],
      },
    },
  ];
}

function connectorPolicySchema(): JsonObject {
  const spec = structural(z.toJSONSchema(connectorPolicySpec, { target: "openapi-3.0", io: "input" }));
  return {
    type: "object",
    description: "Bounds what the cloud may do in this cluster. The connector reads it and can never write it.",
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec: isJsonObject(spec) ? withOrderedWindows(spec) : {},
    },
    "x-kubernetes-validations": [
      {
        rule: `self.metadata.name == '${CONNECTOR_POLICY_NAME}'`,
        message: `there is one policy in a cluster; it is named ${CONNECTOR_POLICY_NAME}`,
      },
    ],
  };
}

/** What a schema may not say in a CRD is left out: unknown fields are pruned there, or refused on request, without being told to. */
function structural(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(structural);
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
  }
  const kept = Object.entries(value).filter(
    ([name, content]) => name !== "$schema" && !(name === "additionalProperties" && content === false),
  );
  // Times are checked by their format; the pattern says the same at great length.
  const entries = "format" in value ? kept.filter(([name]) => name !== "pattern") : kept;
  return Object.fromEntries(entries.map(([name, content]) => [name, structural(content)]));
}

function withOrderedWindows(spec: JsonObject): JsonObject {
  const { properties } = spec;
  if (!isJsonObject(properties) || !isJsonObject(properties.freeze) || !isJsonObject(properties.freeze.items)) {
    throw new TypeError("a ConnectorPolicy has freeze windows");
  }
  const items = {
    ...properties.freeze.items,
    "x-kubernetes-validations": [{ rule: "self.start < self.end", message: "end must be after start" }],
  };
  return { ...spec, properties: { ...properties, freeze: { ...properties.freeze, items } } };
}
