import { parseObjectKey } from "@fairlead/kubernetes-types";

/** What others refer to comes first. Kinds not named come with those that refer to nothing. */
const RANKS: Readonly<Record<string, number>> = {
  GatewayClass: 0,
  IngressClass: 0,
  Gateway: 1,
  HTTPRoute: 2,
  GRPCRoute: 2,
  Ingress: 2,
};
const LAST_RANK = 2;

/**
 * The step in which a change is made: classes, gateways, routes; then deletions the other way round, so that what
 * replaces an object is there before it goes and nothing is left that refers to nothing.
 */
export function applyStep(key: string, deleted: boolean): number {
  const rank = RANKS[parseObjectKey(key)?.kind ?? ""] ?? 0;
  return deleted ? 2 * LAST_RANK + 1 - rank : rank;
}

/**
 * Holds keys back until no key of an earlier step is on its way. One that failed counts as through: what refers to it
 * says so itself, and nothing waits for a bad object.
 */
export class ApplyGate {
  readonly #steps = new Map<number, { readonly held: Set<string>; readonly released: Set<string> }>();

  /** Puts a key in; gives the keys to start now. */
  add(key: string, step: number): string[] {
    for (const [other, keys] of this.#steps) if (other !== step) keys.held.delete(key);
    let keys = this.#steps.get(step);
    if (keys === undefined) {
      keys = { held: new Set(), released: new Set() };
      this.#steps.set(step, keys);
    }
    keys.held.add(key);
    return this.#release();
  }

  /** A key had its first try; gives the keys to start now. */
  settled(key: string): string[] {
    for (const { released } of this.#steps.values()) released.delete(key);
    return this.#release();
  }

  #release(): string[] {
    const order = [...this.#steps].sort(([a], [b]) => a - b);
    const started: string[] = [];
    for (const [step, { held, released }] of order) {
      started.push(...held);
      for (const key of held) released.add(key);
      held.clear();
      if (released.size > 0) return started;
      this.#steps.delete(step);
    }
    return started;
  }
}
