import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { backendReference } from "./backend-reference.ts";
import { int32 } from "./kubernetes-names.ts";

/** Where copies of requests go, and of which share of them; all when neither `percent` nor `fraction` is given. */
export const requestMirror = strictObject({
  backendRef: backendReference,
  percent: z.int().min(0).max(100).optional(),
  fraction: strictObject({ numerator: int32(0), denominator: int32(1).optional() })
    .refine((value) => value.numerator <= (value.denominator ?? 100), {
      message: "must not be greater than denominator (100 when absent)",
      path: ["numerator"],
    })
    .optional(),
}).refine((value) => value.percent === undefined || value.fraction === undefined, {
  message: "must be absent when percent is given",
  path: ["fraction"],
});
