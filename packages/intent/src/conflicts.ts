import type { ObjectKey } from "@fairlead/kubernetes-types";

/** One intent's wish to own an object of a cluster. */
export interface Claim {
  readonly cluster: string;
  readonly key: ObjectKey;
  readonly intent: string;
  /** The revision at which it first asked. */
  readonly since: { readonly epoch: number; readonly n: number };
}

/** Several intents that would be the same object of a cluster. */
export interface Conflict {
  readonly cluster: string;
  readonly key: ObjectKey;
  /** The intent that keeps the object: the one that asked first. */
  readonly winner: string;
  /** The intents that are held, in the order they asked. */
  readonly held: readonly string[];
}

/** The conflicts among claims, sorted by cluster and key. The first to ask wins; the id decides between equals. */
export function conflicts(claims: readonly Claim[]): Conflict[] {
  const byPlace = new Map<string, Claim[]>();
  for (const claim of claims) {
    const place = `${claim.cluster}\n${claim.key}`;
    const group = byPlace.get(place);
    if (group) group.push(claim);
    else byPlace.set(place, [claim]);
  }
  const found: Conflict[] = [];
  for (const [, group] of [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [winner, ...rest] = group.sort(earlier);
    const held = rest.map((claim) => claim.intent).filter((intent) => intent !== winner?.intent);
    if (winner && held.length > 0)
      found.push({ cluster: winner.cluster, key: winner.key, winner: winner.intent, held });
  }
  return found;
}

function earlier(a: Claim, b: Claim): number {
  const byRevision = a.since.epoch - b.since.epoch || a.since.n - b.since.n;
  return byRevision || (a.intent < b.intent ? -1 : a.intent > b.intent ? 1 : 0);
}
