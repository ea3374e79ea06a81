/**
 * One value that is kept up to date. Cells form a directed graph by what they read; a cell only ever reads cells of
 * a lower rank, so evaluating in order of rank visits each at most once and never sees a half-updated neighbour.
 */
export interface Cell<V> {
  /** `<family>:<key>`. */
  readonly id: string;
  readonly key: string;
  readonly rank: number;
  /** Undefined: there is no such thing. */
  value: V | undefined;
  readonly dependents: Set<Cell<unknown>>;
  dependencies: Set<Cell<unknown>>;
  emissions: Map<string, Emission>;
  /** Brings `value` up to date. Does nothing for inputs and groups, whose value is set from outside. */
  evaluate(): void;
  /** Called when a reader has gone: forgets the cell unless something holds it. */
  release(): void;
}

/** What a computation has put into a group; taken back when the next evaluation does not repeat it. */
export interface Emission {
  apply(): void;
  retract(): void;
}

/** Cells of one meaning, by key. */
export interface Family<V> {
  readonly name: string;
  /** Readers must have a higher one. */
  readonly rank: number;
  cell(key: string): Cell<V>;
  /** The value now, without becoming dependent on it. */
  peek(key: string): V | undefined;
  /** Calls back whenever a key gets a value that had none. */
  onAppear(listener: (key: string) => void): void;
}

/** What a computation may do besides computing: read, which makes it dependent, and contribute to groups. */
export interface Scope {
  read<V>(family: Family<V>, key: string): V | undefined;
  emit<V>(group: Group<V>, key: string, value: V): void;
}

/** Values set from outside. */
export interface Input<V> extends Family<V> {
  set(key: string, value: V | undefined): void;
  /** Keys that have a value. */
  keys(): IterableIterator<string>;
}

/**
 * What several computations contribute under one key, by contributor. The order of the map depends on history, so
 * readers sort. Undefined when nobody contributes.
 */
export interface Group<V> extends Family<ReadonlyMap<string, V>> {
  put(key: string, member: string, value: V): void;
  remove(key: string, member: string): void;
}

/** Computed values. */
export interface Layer<V> extends Family<V> {
  entries(): IterableIterator<[string, V]>;
  /** What changed since the last call: the value before, by key. */
  takeChanges(): Map<string, V | undefined>;
}
