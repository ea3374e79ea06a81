import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import type { ObjectChange } from "@fairlead/mesh-model";
import type { Rejection } from "./rejection.ts";

interface Held {
  /** Why; undefined while it is one of several that may be to blame. */
  readonly rejection: Rejection | undefined;
  /** What stands in for it: its last good form, or nothing. */
  readonly standIn: KubernetesObject | undefined;
}

/**
 * Objects whose present form is kept from Envoy, with their last good form in its place. An object leaves by itself
 * when it changes. Of several that may be to blame, one at a time is let out to see which it was.
 */
export class Quarantine {
  readonly #held = new Map<ObjectKey, Held>();
  readonly #suspects = new Set<ObjectKey>();
  #trial: { readonly key: ObjectKey; readonly since: number } | undefined;

  /** Whether the object's present form is kept back. */
  has(key: ObjectKey): boolean {
    return this.#held.has(key);
  }

  /** Why the object is kept back, once that is certain. */
  rejection(key: ObjectKey): Rejection | undefined {
    return this.#held.get(key)?.rejection;
  }

  /** Whether a last good form stands in for the object. */
  hasStandIn(key: ObjectKey): boolean {
    return this.#held.get(key)?.standIn !== undefined;
  }

  /** How many objects are kept back. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Keeps an object back for a reason. Put in again, its stand-in was no better and goes as well. Returns the change
   * that puts the stand-in in its place.
   */
  reject(key: ObjectKey, rejection: Rejection, lastGood: KubernetesObject | undefined): ObjectChange {
    const standIn = this.#held.has(key) ? undefined : lastGood;
    this.#suspects.delete(key);
    if (this.#trial?.key === key) this.#trial = undefined;
    this.#held.set(key, { rejection, standIn });
    return { key, object: standIn };
  }

  /** Keeps back an object that may be to blame, until its trial. */
  suspect(key: ObjectKey, lastGood: KubernetesObject | undefined): ObjectChange {
    this.#held.set(key, { rejection: undefined, standIn: lastGood });
    this.#suspects.add(key);
    if (this.#trial?.key === key) this.#trial = undefined;
    return { key, object: lastGood };
  }

  /** The object changed or went: what was held against it no longer counts. */
  release(key: ObjectKey): void {
    this.#held.delete(key);
    this.#suspects.delete(key);
    if (this.#trial?.key === key) this.#trial = undefined;
  }

  /** The object on trial turned out to be in order. */
  acquit(key: ObjectKey): void {
    if (this.#trial?.key === key) this.#trial = undefined;
  }

  /** Lets the next suspect out; undefined when there is none or another is on trial for less than `patienceMs`. */
  nextTrial(now: number, patienceMs: number): ObjectKey | undefined {
    if (this.#trial !== undefined && now - this.#trial.since < patienceMs) return undefined;
    const [key] = this.#suspects;
    if (key === undefined) return undefined;
    this.#suspects.delete(key);
    this.#held.delete(key);
    this.#trial = { key, since: now };
    return key;
  }
}
