import {
  type AnyId,
  type GatewayId,
  type HttpRouteId,
  type IngressId,
  idFromUuid,
  uuidFromId,
} from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { type SQL, sql } from "drizzle-orm";

/** An id of any intent. */
export type IntentId = GatewayId | HttpRouteId | IngressId;

/** The kinds an intent may have. */
export type IntentKind = "Gateway" | "HTTPRoute" | "Ingress";

const PREFIXES = { Gateway: "gw", HTTPRoute: "rt", Ingress: "ing" } as const satisfies Record<IntentKind, string>;

/** The id prefix of a kind. */
export function intentPrefix(kind: IntentKind): "gw" | "rt" | "ing" {
  return PREFIXES[kind];
}

/** A kind as it is stored; throws on anything else, which only a programmer's error can have put there. */
export function intentKind(text: string): IntentKind {
  if (text === "Gateway" || text === "HTTPRoute" || text === "Ingress") return text;
  throw new TypeError(`not a kind of intent: ${text}`);
}

/** The id of a stored intent. */
export function intentId(kind: string, uuid: string): IntentId {
  return idFromUuid(PREFIXES[intentKind(kind)], uuid);
}

/** Ids as one parameter of type `uuid[]`. */
export function uuidArray(ids: readonly AnyId[]): SQL {
  return sql`${`{${ids.map(uuidFromId).join(",")}}`}::uuid[]`;
}

/** A value as one parameter of type `jsonb`. */
export function json(value: unknown): SQL {
  return sql`${JSON.stringify(value)}::jsonb`;
}

/** A revision from two columns; undefined when they are null, or their row is absent. */
export function revisionOf(epoch: number | null | undefined, n: number | null | undefined): Revision | undefined {
  return epoch == null || n == null ? undefined : { epoch, n };
}
