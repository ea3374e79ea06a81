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

const GO_UNITS_MS: Readonly<Record<string, number>> = {
  ...UNITS_MS,
  us: 1e-3,
  "\u00b5s": 1e-3,
  "\u03bcs": 1e-3,
  ns: 1e-6,
};

/**
 * Milliseconds of a Go duration such as `1.5s`, `1h2m` or `0`, rounded to whole ones but never down to none; undefined
 * when it is not one or is negative. Annotations that users know from other controllers are written like this.
 */
export function parseGoDurationMs(text: string): number | undefined {
  if (/^\+?0$/.test(text)) return 0;
  const part = /([0-9]+\.?[0-9]*|\.[0-9]+)(h|ms|m|s|us|\u00b5s|\u03bcs|ns)/g;
  const unsigned = text.replace(/^\+/, "");
  if (unsigned === "" || unsigned.replace(part, "") !== "") return undefined;
  let total = 0;
  for (const [, amount, unit] of unsigned.matchAll(part)) total += Number(amount) * (GO_UNITS_MS[unit ?? ""] ?? 0);
  return total > 0 ? Math.max(1, Math.round(total)) : 0;
}
