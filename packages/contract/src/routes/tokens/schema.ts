import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { displayName, timestamp } from "../../schemas/fields.ts";
import { strictObject } from "../../strict-object.ts";

const DAY_S = 86_400;

/** An API token as it is asked for. */
export const tokenInput = strictObject({
  name: displayName,
  ttlSeconds: z
    .int()
    .min(60)
    .max(366 * DAY_S)
    .default(90 * DAY_S)
    .openapi({ description: "How long it can be used: a minute to a year. Default 90 days." }),
}).openapi("TokenInput");

/** A bearer token of the API. */
export const tokenSchema = z
  .object({
    id: idSchema("tok"),
    name: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp
      .nullable()
      .openapi({ description: "null: the bootstrap token of an installation, which does not expire." }),
    revokedAt: timestamp.nullable(),
  })
  .openapi("Token");
/** A bearer token of the API. */
export type Token = z.output<typeof tokenSchema>;

/** A new API token with its secret, which is shown this once. */
export const tokenCreated = tokenSchema
  .extend({ token: z.string().openapi({ description: "The secret. It is not stored and cannot be shown again." }) })
  .openapi("TokenCreated");
/** A new API token with its secret. */
export type TokenCreated = z.output<typeof tokenCreated>;
