import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { uniqueItems } from "./unique-items.ts";

/** A header name as RFC 9110 spells tokens. Whether the proxy may change that header is judged on the nodes. */
export const headerName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/, "must be a header name: letters, digits and !#$%&'*+-.^_`|~");

/**
 * A header value. No proxy carries control characters, so they are refused before one has to. The pattern of the CRD's
 * experimental channel, which refuses letters beyond ASCII as well, is left to the clusters that have it.
 */
export const headerValue = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !/(?!\t)\p{Cc}/u.test(text), "must not contain control characters");

const header = strictObject({ name: headerName, value: headerValue });

/** What a RequestHeaderModifier or ResponseHeaderModifier does. */
export const headerModifier = strictObject({
  set: z.array(header).max(16).superRefine(uniqueItems("name")).optional(),
  add: z.array(header).max(16).superRefine(uniqueItems("name")).optional(),
  remove: z.array(z.string()).max(16).superRefine(uniqueItems()).optional(),
});
