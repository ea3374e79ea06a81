import { MeshError, parseRevision, type Revision } from "@fairlead/core";
import { z } from "@hono/zod-openapi";
import { labelKey, labelValue } from "../specs/kubernetes-names.ts";

/** A revision as text: `epoch.n`. Read it with the core's `parseRevision`. */
export const revisionText = z
  .string()
  .regex(/^\d{1,15}\.\d{1,15}$/, "must be a revision such as 1.42")
  .openapi("Revision", { description: "epoch.n; grows with every change of the organization.", example: "1.42" });

/** A moment: ISO 8601 in UTC with milliseconds. */
export const timestamp = z.iso.datetime().openapi("Timestamp", { example: "2026-11-23T09:00:00.000Z" });

/** Labels. At most 64. */
export const labelsSchema = z
  .record(labelKey, labelValue)
  .refine((labels) => Object.keys(labels).length <= 64, "must have at most 64 entries")
  .openapi("Labels");

/** A name people read: projects, clusters, tokens. */
export const displayName = z
  .string()
  .min(1)
  .max(63)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be lower-case letters, digits and dashes, with a letter or digit at both ends",
  );

/** What every list takes. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: "Items at most, 1 to 200." }),
  cursor: z.string().max(512).optional().openapi({ description: "nextCursor of the page before." }),
});

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** `true` or `false` in a query. */
export const queryBoolean = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true")
  .openapi({ type: "boolean", default: false });

/** `?dryRun=true` on a write: nothing is stored; the answer says what would change in every cluster. */
export const dryRunQuery = z.object({
  dryRun: queryBoolean.openapi({ description: "Store nothing; answer with the rendered objects and their diff." }),
});

/** The revision the caller has read, as `"epoch.n"`. Absent: 428. Different from the current one: 412. */
export const ifMatchHeaders = z.object({
  "if-match": z
    .string()
    .max(64)
    .optional()
    .openapi({ description: 'The ETag that was read, such as "1.42". Required.' }),
});

/** The entity tag of a revision, as HTTP writes it. */
export function etagOf(revision: string): string {
  return `"${revision}"`;
}

/**
 * Reads an If-Match header. `*` means whatever revision there is.
 * Throws `precondition_required` when it is absent, `invalid_request` when it is not one of our tags.
 */
export function readIfMatch(header: string | undefined): Revision | "*" {
  if (header === undefined || header.trim() === "") {
    throw new MeshError("precondition_required", {
      public: "Send If-Match with the ETag of the version you have read, so that no change of someone else is lost.",
    });
  }
  const text = header.trim();
  if (text === "*") return "*";
  const revision = parseRevision(/^(?:W\/)?"([^"]*)"$/.exec(text)?.[1] ?? text);
  if (revision === undefined) {
    throw new MeshError("invalid_request", { public: `If-Match is ${text}; it must be an ETag such as "1.42".` });
  }
  return revision;
}
