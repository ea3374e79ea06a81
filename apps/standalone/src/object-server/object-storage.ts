import { Journal } from "@fairlead/core";
import { type Kind, kindNamed, kinds } from "./kind.ts";
import { isServedObject, type ServedObject } from "./served-object.ts";

/** An object as stored: never changed, only replaced. */
export interface Stored {
  readonly kind: Kind;
  /** `<namespace>/<name>`. */
  readonly key: string;
  readonly object: ServedObject;
  /** The object's serialisation, made once. */
  readonly json: string;
  readonly resourceVersion: number;
}

/** One change of one object. */
export interface StoredEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly stored: Stored;
  /** What it was before. */
  readonly previous: Stored | undefined;
  readonly resourceVersion: number;
}

export interface ObjectStorageOptions {
  /** File of the journal; without one nothing outlives the process. */
  readonly path?: string | undefined;
  /** Events kept per kind for watches that come late; older ones are answered 410. */
  readonly historySize: number;
  /** Milliseconds since the epoch, for the first resourceVersion of a new store. */
  readonly now: () => number;
}

type Listener = (events: readonly StoredEvent[]) => void;

interface KindState {
  readonly objects: Map<string, Stored>;
  readonly history: StoredEvent[];
  /** Watches may start at this resourceVersion or later. */
  oldest: number;
  readonly listeners: Set<Listener>;
}

const VERSION_KEY = "#resourceVersion";

/**
 * All objects in memory, every change on disk before anyone hears of it: the changes of one turn of the event loop
 * go to the journal together, then to the watches, and only then are the requests answered.
 */
export class ObjectStorage implements Disposable {
  readonly #options: ObjectStorageOptions;
  readonly #journal: Journal<unknown> | undefined;
  readonly #kinds: ReadonlyMap<Kind, KindState>;
  readonly #byUid = new Map<string, Stored>();
  readonly #dependents = new Map<string, Set<Stored>>();
  #resourceVersion: number;
  #durableVersion: number;
  #pending: StoredEvent[] = [];
  #flushing: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(options: ObjectStorageOptions) {
    this.#options = options;
    this.#journal = options.path === undefined ? undefined : Journal.open<unknown>({ path: options.path });
    const kept = this.#journal?.entries.get(VERSION_KEY);
    // A new store starts at the time: a watch that knew the store before it is always too old, never "in the future".
    this.#resourceVersion = typeof kept === "number" ? kept : options.now();
    const oldest = this.#resourceVersion;
    this.#durableVersion = oldest;
    this.#kinds = new Map(
      kinds.map((kind) => [kind, { objects: new Map(), history: [], oldest, listeners: new Set() }]),
    );
    for (const object of this.#journal?.entries.values() ?? []) if (isServedObject(object)) this.#load(object);
  }

  /** Counts every change of any kind. */
  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** How far the watches have been told. */
  get durableVersion(): number {
    return this.#durableVersion;
  }

  get(kind: Kind, key: string): Stored | undefined {
    return this.#state(kind).objects.get(key);
  }

  /** All objects of a kind, in no particular order. */
  all(kind: Kind): IterableIterator<Stored> {
    return this.#state(kind).objects.values();
  }

  byUid(uid: string): Stored | undefined {
    return this.#byUid.get(uid);
  }

  /** Objects with an owner reference to `uid`. */
  dependents(uid: string): Stored[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }

  /** Stores an object under a new resourceVersion. */
  put(kind: Kind, object: ServedObject): Stored {
    const resourceVersion = ++this.#resourceVersion;
    const stored = store(kind, { ...object, metadata: { ...object.metadata, resourceVersion: `${resourceVersion}` } });
    const previous = this.get(kind, stored.key);
    this.#index(stored, previous);
    this.#record({ type: previous === undefined ? "ADDED" : "MODIFIED", stored, previous, resourceVersion });
    return stored;
  }

  /** Takes an object away; gives it back as the watches see it for the last time. */
  remove(stored: Stored): Stored {
    const resourceVersion = ++this.#resourceVersion;
    const { object, kind } = stored;
    const last = store(kind, { ...object, metadata: { ...object.metadata, resourceVersion: `${resourceVersion}` } });
    this.#state(kind).objects.delete(stored.key);
    this.#unindex(stored);
    this.#record({ type: "DELETED", stored: last, previous: stored, resourceVersion });
    return last;
  }

  /** Resolves when everything stored so far is on disk and told to the watches. */
  durable(): Promise<void> {
    return this.#flushing;
  }

  /** The events of a kind after `resourceVersion`; undefined when some of them are forgotten. */
  since(kind: Kind, resourceVersion: number): readonly StoredEvent[] | undefined {
    const { history, oldest } = this.#state(kind);
    if (resourceVersion < oldest) return undefined;
    return history.slice(firstAfter(history, resourceVersion));
  }

  /** Calls `listener` with every durable batch of events of a kind. Returns how to stop it. */
  listen(kind: Kind, listener: Listener): () => void {
    const { listeners } = this.#state(kind);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#flush();
    this.#journal?.[Symbol.dispose]();
  }

  #state(kind: Kind): KindState {
    const state = this.#kinds.get(kind);
    if (state === undefined) throw new TypeError(`${kind.kind} is not a kind of this server`);
    return state;
  }

  #load(object: ServedObject): void {
    const slash = object.apiVersion.indexOf("/");
    const kind = kindNamed(slash < 0 ? "" : object.apiVersion.slice(0, slash), object.kind);
    if (kind !== undefined) this.#index(store(kind, object), undefined);
  }

  #index(stored: Stored, previous: Stored | undefined): void {
    if (previous !== undefined) this.#unindex(previous);
    this.#state(stored.kind).objects.set(stored.key, stored);
    this.#byUid.set(stored.object.metadata.uid ?? "", stored);
    for (const { uid } of stored.object.metadata.ownerReferences ?? []) {
      const under = this.#dependents.get(uid);
      if (under === undefined) this.#dependents.set(uid, new Set([stored]));
      else under.add(stored);
    }
  }

  #unindex(stored: Stored): void {
    this.#byUid.delete(stored.object.metadata.uid ?? "");
    for (const { uid } of stored.object.metadata.ownerReferences ?? []) {
      const under = this.#dependents.get(uid);
      under?.delete(stored);
      if (under?.size === 0) this.#dependents.delete(uid);
    }
  }

  #record(event: StoredEvent): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#pending.push(event);
    if (this.#pending.length > 1) return;
    this.#flushing = new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          this.#flush();
          resolve();
        } catch (error) {
          // Memory is now ahead of the disk: nothing more may be answered from it.
          this.#failure = error;
          reject(error);
        }
      });
    });
    // Whoever waits for it hears of a failure; nobody has to wait.
    this.#flushing.catch(() => {});
  }

  #flush(): void {
    const events = this.#pending;
    if (events.length === 0) return;
    this.#pending = [];
    this.#journal?.write([
      ...events.map(
        ({ type, stored }) => [journalKey(stored), type === "DELETED" ? undefined : stored.object] as const,
      ),
      [VERSION_KEY, events.at(-1)?.resourceVersion],
    ]);
    this.#durableVersion = events.at(-1)?.resourceVersion ?? this.#durableVersion;
    const byKind = Map.groupBy(events, (event) => event.stored.kind);
    for (const [kind, batch] of byKind) {
      const state = this.#state(kind);
      state.history.push(...batch);
      if (state.history.length > 2 * this.#options.historySize) {
        const gone = state.history.splice(0, state.history.length - this.#options.historySize);
        state.oldest = gone.at(-1)?.resourceVersion ?? state.oldest;
      }
      for (const listener of state.listeners) listener(batch);
    }
  }
}

function store(kind: Kind, object: ServedObject): Stored {
  const { namespace, name, resourceVersion } = object.metadata;
  return {
    kind,
    key: `${namespace ?? ""}/${name}`,
    object,
    json: JSON.stringify(object),
    resourceVersion: Number(resourceVersion),
  };
}

function journalKey({ kind, key }: Stored): string {
  return `${kind.group}/${kind.kind}/${key}`;
}

/** Index of the first event after `resourceVersion`; events are in its order. */
function firstAfter(history: readonly StoredEvent[], resourceVersion: number): number {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((history[middle]?.resourceVersion ?? 0) <= resourceVersion) low = middle + 1;
    else high = middle;
  }
  return low;
}
