import { integer, list, listBy, object, type Schema, text } from "./schema.ts";

const names: Schema = { type: "object", values: text };

/** `metadata` of every kind. */
export const metadataSchema: Schema = {
  type: "object",
  closed: true,
  properties: {
    name: text,
    namespace: text,
    generateName: text,
    uid: text,
    resourceVersion: text,
    selfLink: text,
    generation: integer,
    creationTimestamp: text,
    deletionTimestamp: text,
    deletionGracePeriodSeconds: integer,
    labels: names,
    annotations: names,
    finalizers: { type: "array", set: true, items: text },
    ownerReferences: listBy(
      ["uid"],
      object({ uid: text, name: text, kind: text, apiVersion: text }, "uid", "name", "kind", "apiVersion"),
    ),
    managedFields: list({ type: "object" }),
  },
};
