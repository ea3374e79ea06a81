import type { Ousting, SocketBefore } from "@fairlead/database";

/** How long it is remembered who was put out, in milliseconds. */
const REMEMBERED_MS = 10 * 60_000;
/** Whoever was put out so often by a connector that was still there, and is back again, is one of two. */
const TIMES = 2;
const MAX_REMEMBERED = 16;

/** Whether a connector gets a cluster's socket, and who was put out lately from then on. */
export interface Takeover {
  readonly isAllowed: boolean;
  readonly ousted: readonly Ousting[];
}

/**
 * Of two connections of a cluster the newer one wins, for the older may be half open for minutes. But a process that was
 * put out by another one that is still there, comes back, is put out and comes back again, is the second of two with the
 * same identity: it does not get the socket while the other one is alive, and as long as it goes on trying. A restart is
 * a new process, and a failover puts out each at most once. Pure.
 */
export function judgeTakeover(before: SocketBefore | undefined, process: string): Takeover {
  const { now = 0, ousted = [] } = before ?? {};
  const recent = ousted.filter(({ at }) => now - at < REMEMBERED_MS);
  const isContested = before?.isAlive === true && before.process !== "" && process !== "" && before.process !== process;
  if (!isContested) return { isAllowed: true, ousted: recent };
  const own = recent.filter((one) => one.process === process);
  if (own.length < TIMES) {
    return { isAllowed: true, ousted: [...recent, { process: before.process, at: now }].slice(-MAX_REMEMBERED) };
  }
  return { isAllowed: false, ousted: recent.map((one) => (one.process === process ? { ...one, at: now } : one)) };
}
