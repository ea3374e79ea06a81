import type { ObjectKey } from "@fairlead/kubernetes-types";

/** What each object still waits for, both ways round. What is waited for is named by any text. */
export class Waits {
  readonly #byObject = new Map<ObjectKey, Set<string>>();
  readonly #byWait = new Map<string, Set<ObjectKey>>();

  /** The object waits for this as well. */
  add(object: ObjectKey, wait: string): void {
    sets(this.#byObject, object).add(wait);
    sets(this.#byWait, wait).add(object);
  }

  /** Nothing more is to be waited for. */
  delete(object: ObjectKey): void {
    for (const wait of this.#byObject.get(object) ?? []) drop(this.#byWait, wait, object);
    this.#byObject.delete(object);
  }

  isWaiting(object: ObjectKey): boolean {
    return this.#byObject.has(object);
  }

  /** What the object waits for. */
  of(object: ObjectKey): ReadonlySet<string> {
    return this.#byObject.get(object) ?? NONE;
  }

  /** Everything that is waited for. */
  all(): readonly string[] {
    return [...this.#byWait.keys()];
  }

  /** It has come. Returns the objects that wait for nothing more. */
  arrive(wait: string): readonly ObjectKey[] {
    const free: ObjectKey[] = [];
    for (const object of this.#byWait.get(wait) ?? []) {
      drop(this.#byObject, object, wait);
      if (!this.#byObject.has(object)) free.push(object);
    }
    this.#byWait.delete(wait);
    return free;
  }
}

const NONE: ReadonlySet<string> = new Set();

function sets<T>(map: Map<string, Set<T>>, key: string): Set<T> {
  let set = map.get(key);
  if (set === undefined) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}

function drop<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
