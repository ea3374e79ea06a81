import { z } from "@hono/zod-openapi";

/** What every list takes. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50).openapi({ description: "Items at most, 1 to 1000." }),
  cursor: z.string().max(512).optional().openapi({ description: "nextCursor of the page before." }),
});

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
