import type { z } from "@hono/zod-openapi";

/**
 * Refuses an item that an earlier one equals, as API servers do for lists of type `set`, or, when `keys` are named,
 * whose keys an earlier one has, as they do for lists of type `map`. The complaint is at the last key.
 */
export function uniqueItems(...keys: readonly string[]) {
  return (items: readonly unknown[], context: z.RefinementCtx): void => {
    const first = new Map<string, number>();
    for (const [index, item] of items.entries()) {
      const parts = keys.map((key) => (typeof item === "object" && item !== null ? Reflect.get(item, key) : undefined));
      const identity = JSON.stringify(keys.length === 0 ? item : parts);
      const earlier = first.get(identity);
      if (earlier !== undefined) {
        const path = [index, ...keys.slice(-1)];
        context.addIssue({ code: "custom", path, message: `must be unique; [${earlier}] has it too` });
      }
      first.set(identity, earlier ?? index);
    }
  };
}
