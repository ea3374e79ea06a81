import { z } from "@hono/zod-openapi";

/** A Gateway API duration, such as `10s` or `1h30m`. Source: GEP-2257. */
export const duration = z
  .string()
  .regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/, "must be a duration such as 500ms, 10s or 1h30m");

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** The milliseconds of a {@link duration}. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/([0-9]+)(h|ms|m|s)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0), 0);
}
