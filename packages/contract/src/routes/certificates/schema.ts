import { z } from "@hono/zod-openapi";
import { timestamp } from "../../schemas/fields.ts";

/**
 * `valid`; `expiring`: less than 30 days are left, or a third of its life if that is shorter; `expired`; `unusable`: it
 * cannot be served, `message` says why.
 */
const certificateState = z.enum(["valid", "expiring", "expired", "unusable"]).openapi("CertificateState");

/** A TLS Secret in use, as the nodes of a cluster have it. Never the certificate itself, never its key. */
const certificateSchema = z
  .object({
    namespace: z.string(),
    name: z.string(),
    names: z.array(z.string()).openapi({ description: "DNS names and IP addresses it is for, sorted." }),
    notBefore: timestamp.nullable(),
    notAfter: timestamp.nullable(),
    issuer: z.string().nullable(),
    fingerprint: z.string().nullable().openapi({ description: "SHA-256 of its DER form, in hex." }),
    state: certificateState,
    message: z.string(),
    usedBy: z
      .array(
        z.object({
          kind: z.string(),
          namespace: z.string(),
          name: z.string(),
          intent: z
            .string()
            .nullable()
            .openapi({ description: "Id of the intent it came from, if it is one of ours." }),
          project: z
            .string()
            .nullable()
            .openapi({ description: "Id of the intent's project; null when there is none." }),
        }),
      )
      .openapi({ description: "Gateways and Ingresses, sorted." }),
    nodes: z.array(z.string()).openapi({ description: "Nodes that have it so, sorted." }),
  })
  .openapi("Certificate");
/** A TLS Secret in use, as the nodes of a cluster have it. */
export type Certificate = z.output<typeof certificateSchema>;

/** The TLS Secrets in use in a cluster. */
export const certificatesSchema = z
  .object({
    items: z.array(certificateSchema).openapi({ description: "By namespace and name." }),
    observedAt: timestamp.nullable().openapi({ description: "When the cluster last told of them; null: never." }),
  })
  .openapi("Certificates");
/** The TLS Secrets in use in a cluster. */
export type Certificates = z.output<typeof certificatesSchema>;
