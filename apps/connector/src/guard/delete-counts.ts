const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Deletions by the minute in which they were made (minutes since the Unix epoch). A deletion counts as made when its
 * minute ends, so that no hour ever holds more than were allowed, and an hour is 61 numbers however many there are.
 */
export type DeleteCounts = ReadonlyMap<number, number>;

/** The minute of a time in milliseconds. */
export function minuteOf(now: number): number {
  return Math.floor(now / MINUTE_MS);
}

/**
 * The counts that still matter at `now`. Deletions of a later time, which a clock that was put back makes of earlier
 * ones, count as made now: forgetting them would allow as many again.
 */
export function recentCounts(counts: DeleteCounts, now: number): DeleteCounts {
  const current = minuteOf(now);
  const recent = new Map<number, number>();
  for (const [minute, count] of counts) {
    if (count <= 0 || endsToCount(minute) <= now) continue;
    const counted = Math.min(minute, current);
    recent.set(counted, (recent.get(counted) ?? 0) + count);
  }
  return recent;
}

/** How many deletions there were. */
export function totalOf(counts: DeleteCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** When fewer than `max` are counted, in milliseconds since the Unix epoch; undefined when that is never so. */
export function freeAgainAt(counts: DeleteCounts, max: number): number | undefined {
  let total = totalOf(counts);
  for (const minute of [...counts.keys()].sort((a, b) => a - b)) {
    total -= counts.get(minute) ?? 0;
    if (total < max) return endsToCount(minute);
  }
  return undefined;
}

function endsToCount(minute: number): number {
  return (minute + 1) * MINUTE_MS + HOUR_MS;
}
