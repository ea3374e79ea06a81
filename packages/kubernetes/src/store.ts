import { type KubernetesObject, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";

/** One object that appeared, changed (both sides set) or went. */
export interface StoreChange<T extends KubernetesObject> {
  readonly key: ObjectKey;
  readonly object: T | undefined;
  readonly previous: T | undefined;
}

/** Under which values an object is found. */
export type IndexFunction<T> = (object: T) => readonly string[];

export interface StoreOptions<T extends KubernetesObject> {
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
}

/** The objects of one kind as last seen, by key and by index. Objects are shared: never change one. */
export class Store<T extends KubernetesObject> {
  readonly #objects = new Map<ObjectKey, T>();
  readonly #indexes: ReadonlyMap<string, { readonly of: IndexFunction<T>; readonly keys: Map<string, Set<ObjectKey>> }>;
  readonly #listeners = new Set<(changes: readonly StoreChange<T>[]) => void>();
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;

  constructor(options: StoreOptions<T> = {}) {
    this.#indexes = new Map(
      Object.entries(options.indexes ?? {}).map(([name, of]) => [name, { of, keys: new Map() }] as const),
    );
  }

  /** Resolves once the first complete list is in. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(key);
  }

  /** In no particular order. */
  list(): IterableIterator<T> {
    return this.#objects.values();
  }

  keys(): IterableIterator<ObjectKey> {
    return this.#objects.keys();
  }

  /** The objects that the index puts under `value`. */
  by(index: string, value: string): T[] {
    const keys = this.#indexes.get(index)?.keys.get(value) ?? [];
    return [...keys].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /**
   * Calls `listener` with every batch of changes, after they are in the store and in the same turn; what is there
   * already comes as a first batch. Returns how to stop it.
   */
  subscribe(listener: (changes: readonly StoreChange<T>[]) => void): () => void {
    this.#listeners.add(listener);
    if (this.#objects.size > 0) {
      listener([...this.#objects].map(([key, object]) => ({ key, object, previous: undefined })));
    }
    return () => this.#listeners.delete(listener);
  }

  /** Makes the store hold exactly these objects; only real differences are told. */
  replace(objects: Iterable<T>): void {
    const gone = new Set(this.#objects.keys());
    const changes: StoreChange<T>[] = [];
    for (const object of objects) {
      const key = objectKey(object);
      gone.delete(key);
      const change = this.#put(key, object);
      if (change !== undefined) changes.push(change);
    }
    for (const key of gone) {
      const change = this.#drop(key);
      if (change !== undefined) changes.push(change);
    }
    this.#isSynced = true;
    this.#tell(changes);
    this.#synced.resolve();
  }

  upsert(object: T): void {
    const change = this.#put(objectKey(object), object);
    if (change !== undefined) this.#tell([change]);
  }

  remove(key: ObjectKey): void {
    const change = this.#drop(key);
    if (change !== undefined) this.#tell([change]);
  }

  #put(key: ObjectKey, object: T): StoreChange<T> | undefined {
    const previous = this.#objects.get(key);
    if (isSame(previous, object)) return undefined;
    this.#objects.set(key, object);
    this.#reindex(key, previous, object);
    return { key, object, previous };
  }

  #drop(key: ObjectKey): StoreChange<T> | undefined {
    const previous = this.#objects.get(key);
    if (previous === undefined) return undefined;
    this.#objects.delete(key);
    this.#reindex(key, previous, undefined);
    return { key, object: undefined, previous };
  }

  #reindex(key: ObjectKey, previous: T | undefined, object: T | undefined): void {
    for (const { of, keys } of this.#indexes.values()) {
      for (const value of previous === undefined ? [] : of(previous)) {
        const under = keys.get(value);
        under?.delete(key);
        if (under?.size === 0) keys.delete(value);
      }
      for (const value of object === undefined ? [] : of(object)) {
        const under = keys.get(value);
        if (under === undefined) keys.set(value, new Set([key]));
        else under.add(key);
      }
    }
  }

  #tell(changes: readonly StoreChange<T>[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener(changes);
  }
}

function isSame(previous: KubernetesObject | undefined, next: KubernetesObject): boolean {
  const version = next.metadata.resourceVersion;
  return (
    version !== undefined &&
    version === previous?.metadata.resourceVersion &&
    next.metadata.uid === previous.metadata.uid
  );
}
