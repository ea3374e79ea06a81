import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { timestamp } from "../../schemas/fields.ts";
import { strictObject } from "../../strict-object.ts";

/** A join token as it is asked for. */
export const joinTokenInput = strictObject({
  ttlSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(900)
    .openapi({ description: "How long it can be used. At most one hour." }),
}).openapi("JoinTokenInput");

/** A one-time token with which a connector registers the key pair it made. */
export const joinTokenSchema = z
  .object({
    id: idSchema("jt"),
    cluster: idSchema("clu"),
    createdAt: timestamp,
    expiresAt: timestamp,
    usedAt: timestamp.nullable(),
    state: z.enum(["usable", "used", "expired"]),
  })
  .openapi("JoinToken");
/** A one-time token with which a connector registers. */
export type JoinToken = z.output<typeof joinTokenSchema>;

/** A new join token with its secret, which is shown this once. */
export const joinTokenCreated = joinTokenSchema
  .extend({
    token: z.string().openapi({ description: "The secret. It is not stored and cannot be shown again." }),
    tunnelUrl: z
      .string()
      .openapi({ description: "Where the connector dials, such as wss://api.example.com/v1/tunnel." }),
  })
  .openapi("JoinTokenCreated");
/** A new join token with its secret. */
export type JoinTokenCreated = z.output<typeof joinTokenCreated>;
