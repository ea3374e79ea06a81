import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { apiGroup, dnsSubdomain, hostname, objectKind, objectName, portNumber } from "./kubernetes-names.ts";

const servicePort = strictObject({
  name: z
    .string()
    .max(15)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must be a port name of the Service")
    .optional(),
  number: portNumber.optional(),
}).refine((value) => (value.name === undefined) !== (value.number === undefined), "must have either name or number");

const backend = strictObject({
  service: strictObject({ name: objectName, port: servicePort }).optional(),
  resource: strictObject({ apiGroup: apiGroup.optional(), kind: objectKind, name: objectName }).optional(),
}).refine(
  (value) => (value.service === undefined) !== (value.resource === undefined),
  "must have either service or resource",
);

const path = strictObject({
  path: z.string().max(1024).optional(),
  pathType: z.enum(["Exact", "Prefix", "ImplementationSpecific"]),
  backend,
}).superRefine((value, context) => {
  const say = (message: string) => context.addIssue({ code: "custom", path: ["path"], message });
  const text = value.path ?? "";
  if (value.pathType === "ImplementationSpecific") {
    if (text !== "" && !text.startsWith("/")) say("must start with /");
    return;
  }
  if (!text.startsWith("/")) return say(`must start with / for pathType ${value.pathType}`);
  const forbidden = ["//", "/./", "/../", "%2f", "%2F"].find((part) => text.includes(part));
  if (forbidden !== undefined) return say(`must not contain ${forbidden}`);
  if (/\/\.\.?$/.test(text)) say("must not end with /. or /..");
});

const rule = strictObject({
  host: hostname.optional(),
  http: strictObject({ paths: z.array(path).min(1).max(256) }).optional(),
});

/** The spec of an Ingress. Source: `networking.k8s.io/v1` and the API server's validation. The list limits are ours: upstream has none. */
export const ingressSpec = strictObject({
  ingressClassName: dnsSubdomain.optional(),
  defaultBackend: backend.optional(),
  tls: z
    .array(strictObject({ hosts: z.array(hostname).max(64).optional(), secretName: dnsSubdomain.optional() }))
    .max(64)
    .optional(),
  rules: z.array(rule).max(256).optional(),
})
  .refine(
    (value) => value.defaultBackend !== undefined || (value.rules ?? []).length > 0,
    "must have rules or defaultBackend",
  )
  .openapi("IngressSpec");
