import { closed, list, nonEmpty, oneOf, type Schema } from "./schema.ts";

/** The members of a ConnectorPolicy. Source: `packages/contract/src/crds`; what a schema here cannot say, the connector checks. */
export const connectorPolicySchema: Readonly<Record<string, Schema>> = {
  spec: closed({
    allowedKinds: list(oneOf("Gateway", "HTTPRoute", "GRPCRoute", "Ingress"), { maxItems: 16 }),
    allowedNamespaces: list(nonEmpty, { maxItems: 1_000 }),
    maxDeletesPerHour: { type: "integer", minimum: 0, maximum: 1_000_000 },
    freeze: list(closed({ start: nonEmpty, end: nonEmpty, reason: nonEmpty }, "start", "end", "reason"), {
      maxItems: 64,
    }),
  }),
};
