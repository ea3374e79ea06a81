/**
 * A point in an organization's history. `n` grows by one with every change; `epoch` grows when a backup
 * is restored, so that revisions never go back although `n` may.
 */
export interface Revision {
  readonly epoch: number;
  readonly n: number;
}

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareRevisions(a: Revision, b: Revision): number {
  return a.epoch - b.epoch || a.n - b.n;
}

/** `epoch.n`, the form used in annotations, ETags and reports. */
export function formatRevision(revision: Revision): string {
  return `${revision.epoch}.${revision.n}`;
}

/** Reads {@link formatRevision}'s form; undefined when the text is anything else. */
export function parseRevision(text: string): Revision | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  return match ? { epoch: Number(match[1]), n: Number(match[2]) } : undefined;
}
