import { z } from "@hono/zod-openapi";

/** The kinds that intents become. */
export const intentKind = z.enum(["Gateway", "HTTPRoute", "Ingress"]).openapi("IntentKind");
/** The kinds that intents become. */
export type IntentKind = z.output<typeof intentKind>;

/** An object in clusters. */
export const objectReference = z
  .object({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })
  .openapi("ObjectReference");
/** An object in clusters. */
export type ObjectReference = z.output<typeof objectReference>;
