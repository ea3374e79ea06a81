const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Milliseconds of a Gateway API duration such as `1h30m` or `500ms` (GEP-2257), or undefined when it is not one. */
export function parseDurationMs(text: string): number | undefined {
  if (!/^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text)) return undefined;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/([0-9]+)(ms|h|m|s)/g)) {
    total += Number(digits) * (UNITS_MS[unit ?? ""] ?? 0);
  }
  return total;
}
