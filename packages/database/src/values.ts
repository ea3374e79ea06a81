import {
  type AnyId,
  INTENT_ID_PREFIX,
  type IntentId,
  type IntentKind,
  idFromUuid,
  isId,
  isIntentKind,
  uuidFromId,
} from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { type SQL, sql } from "drizzle-orm";

export type { IntentId, IntentKind };

/** The kind of an intent's id. */
export function kindOfIntent(id: IntentId): IntentKind {
  for (const [kind, prefix] of Object.entries(INTENT_ID_PREFIX)) {
    if (id.startsWith(`${prefix}_`) && isIntentKind(kind)) return kind;
  }
  throw new TypeError(`not an id of an intent: ${id}`);
}

/** Whether a text is a well-formed id of an intent. Says nothing about whether it exists. */
export function isIntentId(text: string): text is IntentId {
  return Object.values(INTENT_ID_PREFIX).some((prefix) => isId(prefix, text));
}

/** A kind as it is stored; throws on anything else, which only a programmer's error can have put there. */
export function intentKind(text: string): IntentKind {
  if (isIntentKind(text)) return text;
  throw new TypeError(`not a kind of intent: ${text}`);
}

/** The id of a stored intent. */
export function intentId(kind: string, uuid: string): IntentId {
  return idFromUuid(INTENT_ID_PREFIX[intentKind(kind)], uuid);
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
