import type { z } from "@hono/zod-openapi";

/** What API servers take of all matches of a route together. */
const MAX_MATCHES = 128;

interface Rule {
  readonly name?: string | undefined;
  readonly matches?: readonly unknown[] | undefined;
}

/** Refuses rules of one name, and more matches in all than an API server takes; a rule without counts `without`. */
export function checkRules(without: 0 | 1) {
  return (rules: readonly Rule[], context: z.RefinementCtx): void => {
    const matches = rules.reduce((sum, one) => sum + (one.matches?.length ?? without), 0);
    if (matches > MAX_MATCHES) {
      const message = `must have at most ${MAX_MATCHES} matches in all; these have ${matches}`;
      context.addIssue({ code: "custom", message });
    }
    const names = new Set<string>();
    for (const [index, { name }] of rules.entries()) {
      if (name === undefined) continue;
      if (names.has(name))
        context.addIssue({ code: "custom", path: [index, "name"], message: "must be unique within the route" });
      names.add(name);
    }
  };
}
