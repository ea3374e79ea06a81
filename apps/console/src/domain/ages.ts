/** A span for people, in its largest whole unit: `4s`, `12m`, `3h`, `5d`. Negative spans (clocks differ) count as 0. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** How long ago a moment (ISO 8601) was. */
export function ageOf(moment: string, nowMs: number): string {
  return formatSpan(nowMs - Date.parse(moment));
}

/** A moment for people: date and time in UTC, to the second. */
export function formatMoment(moment: string): string {
  return `${moment.slice(0, 10)} ${moment.slice(11, 19)} UTC`;
}

/** The time of day of a moment in UTC, to the second. */
export function formatTime(moment: string): string {
  return `${moment.slice(11, 19)} UTC`;
}
