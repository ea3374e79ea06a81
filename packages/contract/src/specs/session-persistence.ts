import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { duration } from "./duration.ts";
import { headerName } from "./header-modifier.ts";

const FIELD_OF_TYPE = { Cookie: "cookie", Header: "header" } as const;

/** What keeps the requests of one session at one endpoint. */
export const sessionPersistence = strictObject({
  type: z.enum(["Cookie", "Header"]).optional(),
  absoluteTimeout: duration.optional(),
  cookie: strictObject({
    name: headerName.optional(),
    path: z.string().max(1024).optional(),
    lifetimeType: z.enum(["Permanent", "Session"]).optional(),
  }).optional(),
  header: strictObject({ name: headerName }).optional(),
}).superRefine((value, context) => {
  const say = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  const wanted = value.type ?? "Cookie";
  for (const type of ["Cookie", "Header"] as const) {
    const field = FIELD_OF_TYPE[type];
    if (type === wanted && value[field] === undefined) say(field, `is required for type ${type}`);
    if (type !== wanted && value[field] !== undefined) say(field, `must be absent for type ${wanted}`);
  }
  if (value.cookie?.lifetimeType === "Permanent" && value.absoluteTimeout === undefined)
    say("absoluteTimeout", "is required when the cookie's lifetimeType is Permanent");
});
