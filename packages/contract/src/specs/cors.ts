import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { headerName } from "./header-modifier.ts";
import { int32 } from "./kubernetes-names.ts";
import { uniqueItems } from "./unique-items.ts";

const origin = z
  .string()
  .min(1)
  .max(253)
  .regex(
    /(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)/,
    "must be an origin such as https://www.example.com or https://*.example.com:8443, without path, or *",
  );
const method = z.enum(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"]);

/** What a CORS filter lets browsers do. */
export const cors = strictObject({
  allowOrigins: z.array(origin).max(64).superRefine(uniqueItems()).superRefine(starAlone).optional(),
  allowCredentials: z.boolean().optional(),
  allowMethods: z.array(method).max(9).superRefine(uniqueItems()).superRefine(starAlone).optional(),
  allowHeaders: z.array(headerName).max(64).superRefine(uniqueItems()).superRefine(starAlone).optional(),
  exposeHeaders: z.array(headerName).max(64).superRefine(uniqueItems()).optional(),
  maxAge: int32(1).optional(),
});

function starAlone(items: readonly string[], context: z.RefinementCtx): void {
  if (items.length < 2 || !items.includes("*")) return;
  context.addIssue({
    code: "custom",
    path: [items.indexOf("*")],
    message: "must be the only item, as it stands for all",
  });
}
