import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { backendReference } from "./backend-reference.ts";
import { int32 } from "./kubernetes-names.ts";
import { uniqueItems } from "./unique-items.ts";

const headers = z.array(z.string()).max(64).superRefine(uniqueItems()).optional();
const FIELD_OF_PROTOCOL = { HTTP: "http", GRPC: "grpc" } as const;

/** Whom an ExternalAuth filter asks whether a request may pass. */
export const externalAuth = strictObject({
  protocol: z.enum(["HTTP", "GRPC"]),
  backendRef: backendReference,
  grpc: strictObject({ allowedHeaders: headers }).optional(),
  http: strictObject({
    path: z
      .string()
      .max(1024)
      .regex(/^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$/, "must be a path as RFC 3986 spells it")
      .optional(),
    allowedHeaders: headers,
    allowedResponseHeaders: headers,
  }).optional(),
  forwardBody: strictObject({ maxSize: int32(0).optional() }).optional(),
}).superRefine((value, context) => {
  for (const protocol of ["HTTP", "GRPC"] as const) {
    const field = FIELD_OF_PROTOCOL[protocol];
    const say = (message: string) => context.addIssue({ code: "custom", path: [field], message });
    if (value.protocol === protocol && value[field] === undefined) say(`is required for protocol ${protocol}`);
    if (value.protocol !== protocol && value[field] !== undefined) say(`must be absent for protocol ${value.protocol}`);
  }
});
