import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { revisionText } from "../../schemas/fields.ts";
import { revisionSchema } from "../revisions/schema.ts";

/** A position in the revision log. */
const positionSchema = z.object({ revision: revisionText });

/** Something the organization owns was changed: the head of its entry in the revision log. */
const changeSchema = revisionSchema.pick({
  revision: true,
  action: true,
  subject: true,
  id: true,
  kind: true,
  project: true,
});

/** Which cluster something was learned of. */
const clusterSchema = z.object({
  /** Null: several at once; look at whatever you show. */
  cluster: idSchema("clu").nullable(),
});

/** What the data of each event of the stream is, by the event's name. */
export const eventSchemas = {
  ready: positionSchema,
  reset: positionSchema,
  change: changeSchema,
  state: clusterSchema,
  clusters: clusterSchema,
} as const;

/** The name of an event of the stream. */
export type EventName = keyof typeof eventSchemas;

/** The data of one event. */
export type EventData<N extends EventName> = z.output<(typeof eventSchemas)[N]>;

/**
 * One event. `ready`: what was missed has been told, from here on it is live. `reset`: too much was missed to be told,
 * read everything anew. `change`: an entry of the revision log. `state`: a cluster has reported. `clusters`: a cluster's
 * connection came or went.
 */
export type ServerEvent = { [N in EventName]: { readonly event: N } & Readonly<EventData<N>> }[EventName];
