import { z } from "@hono/zod-openapi";

/**
 * An object that refuses fields it does not know, with a guess of what was meant. The texts of several unknown
 * fields are joined by line breaks in the order of the issue's keys; `fieldProblems` takes them apart again.
 */
export function strictObject<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? issue.keys.map((key) => unknownField(key, known)).join("\n") : undefined,
  });
}

/** What to say about a field nobody knows. */
export function unknownField(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== undefined) return `unknown field; did you mean ${near}?`;
  return known.length === 0 ? "unknown field" : `unknown field; known here: ${[...known].sort().join(", ")}`;
}

/** The candidate closest to `text`, when it is close enough to be a slip of the fingers. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(text.length / 3)) ? best.candidate : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
