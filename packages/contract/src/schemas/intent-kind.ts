import { z } from "@hono/zod-openapi";
import { type Id, type IdKind, isId } from "../ids.ts";

/** The kinds that intents become. */
export const intentKind = z.enum(["Gateway", "HTTPRoute", "GRPCRoute", "Ingress"]).openapi("IntentKind");
/** The kinds that intents become. */
export type IntentKind = z.output<typeof intentKind>;

/** The id prefix of each kind of intent. */
export const INTENT_ID_PREFIX = {
  Gateway: "gw",
  HTTPRoute: "rt",
  GRPCRoute: "grt",
  Ingress: "ing",
} as const satisfies Record<IntentKind, IdKind>;

/** The kinds of ids that name intents. */
export type IntentIdKind = (typeof INTENT_ID_PREFIX)[IntentKind];

/** An id of any intent. */
export type IntentId = { [K in IntentIdKind]: Id<K> }[IntentIdKind];

/** Whether a text is a kind that intents become, exactly as Kubernetes spells it. */
export function isIntentKind(text: string): text is IntentKind {
  return Object.hasOwn(INTENT_ID_PREFIX, text);
}

/** Whether a text is a well-formed id of an intent. */
export function isIntentId(text: string): text is IntentId {
  return Object.values(INTENT_ID_PREFIX).some((prefix) => isId(prefix, text));
}
