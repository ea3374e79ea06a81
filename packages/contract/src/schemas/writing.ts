import { MeshError, parseRevision, type Revision } from "@fairlead/core";
import { z } from "@hono/zod-openapi";

/** `?dryRun=true` on a write: nothing is stored; the answer says what would change in every cluster. */
export const dryRunQuery = z.object({
  dryRun: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .openapi({
      type: "boolean",
      default: false,
      description: "Store nothing; answer with the rendered objects and their diff.",
    }),
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
  const revision = parseRevision(/^(?:W\/)?"([^"]*)"$/.exec(text)?.[1] ?? "");
  if (revision === undefined) {
    throw new MeshError("invalid_request", { public: `If-Match is ${text}; it must be an ETag such as "1.42".` });
  }
  return revision;
}
