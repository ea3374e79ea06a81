import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { apiGroup, dnsLabel, objectKind, objectName, portNumber } from "./kubernetes-names.ts";
import { uniqueItems } from "./unique-items.ts";

const secretReference = strictObject({
  group: apiGroup.optional(),
  kind: objectKind.optional(),
  name: objectName,
  namespace: dnsLabel.optional(),
});

/** How a listener ends TLS, or passes it through. */
export const listenerTls = strictObject({
  mode: z.enum(["Terminate", "Passthrough"]).optional(),
  certificateRefs: z.array(secretReference).max(64).optional(),
  options: z
    .record(z.string().min(1).max(253), z.string().max(4096))
    .refine((options) => Object.keys(options).length <= 16, "must have at most 16 entries")
    .openapi({ maxProperties: 16 })
    .optional(),
}).refine(
  (value) =>
    value.mode === "Passthrough" ||
    (value.certificateRefs ?? []).length > 0 ||
    Object.keys(value.options ?? {}).length > 0,
  { message: "must name at least one certificate when mode is Terminate", path: ["certificateRefs"] },
);

const caReference = strictObject({
  group: apiGroup,
  kind: objectKind,
  name: objectName,
  namespace: dnsLabel.optional(),
}).refine(
  ({ group, kind, namespace }) =>
    group !== "certificates.k8s.io" || kind !== "ClusterTrustBundle" || namespace === undefined,
  { message: "must be absent for a ClusterTrustBundle, which is in no namespace", path: ["namespace"] },
);

const clientValidation = strictObject({
  validation: strictObject({
    caCertificateRefs: z.array(caReference).min(1).max(16),
    mode: z.enum(["AllowValidOnly", "AllowInsecureFallback"]).optional(),
  }).optional(),
});

/** TLS of a whole Gateway: what it asks of clients, and what it shows to backends. */
export const gatewayTls = strictObject({
  backend: strictObject({ clientCertificateRef: secretReference.optional() }).optional(),
  frontend: strictObject({
    default: clientValidation,
    perPort: z
      .array(strictObject({ port: portNumber, tls: clientValidation }))
      .max(64)
      .superRefine(uniqueItems("port"))
      .optional(),
  }).optional(),
});
