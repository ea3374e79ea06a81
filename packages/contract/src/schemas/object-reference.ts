import { z } from "@hono/zod-openapi";

/** An object in clusters. */
export const objectReference = z
  .object({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })
  .openapi("ObjectReference");
/** An object in clusters. */
export type ObjectReference = z.output<typeof objectReference>;
