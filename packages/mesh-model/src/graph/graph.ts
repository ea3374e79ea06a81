import { isDeepStrictEqual } from "node:util";
import type { Cell, Emission, Family, Group, Input, Layer, Scope } from "./cell.ts";
import { makeCell, makeGroup, makeInput } from "./families.ts";

/** How a layer computes that has a cell for each key of another family; `source` is the value there. */
export interface DerivedOptions<S, V> {
  readonly name: string;
  readonly rank: number;
  readonly from: Family<S>;
  readonly compute: (key: string, source: S, scope: Scope) => V | undefined;
}

/** How a layer computes whose cells exist while something reads them. It may not emit. */
export interface LookupOptions<V> {
  readonly name: string;
  readonly rank: number;
  readonly compute: (key: string, scope: Scope) => V | undefined;
}

/**
 * An incremental computation: inputs are set, `settle` re-evaluates just what depends on them, and a value that
 * comes out equal stops the change from going further. Dependencies are what a computation actually read, so the
 * result is the same as computing everything afresh, whatever the history.
 */
export class Graph {
  readonly #dirty: Set<Cell<unknown>>[] = [];
  readonly #failures = new Map<string, string>();
  #evaluations = 0;

  /** Computations run since the graph was made: the measure of work. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** Computations that threw on what they were given, with the message; they have no value. By `<layer>:<key>`. */
  get failures(): ReadonlyMap<string, string> {
    return this.#failures;
  }

  input<V>(name: string): Input<V> {
    return makeInput(name, this.#markDependents);
  }

  /** `rank` is the highest of those who contribute. */
  group<V>(name: string, rank: number): Group<V> {
    return makeGroup(name, rank, this.#markDependents);
  }

  derive<S, V>(options: DerivedOptions<S, V>): Layer<V> {
    const { name, rank, from } = options;
    const cells = new Map<string, Cell<V>>();
    const listeners: ((key: string) => void)[] = [];
    let changes = new Map<string, V | undefined>();
    const compute = (key: string, scope: Scope) => {
      const source = scope.read(from, key);
      return source === undefined ? undefined : options.compute(key, source, scope);
    };
    const cell = (key: string): Cell<V> => {
      const known = cells.get(key);
      if (known !== undefined) return known;
      const made = makeCell<V>(name, key, rank, {
        release: () => {
          if (made.dependents.size > 0 || made.value !== undefined || from.peek(key) !== undefined) return;
          cells.delete(key);
          this.#detach(made);
        },
      });
      made.evaluate = () => {
        const before = made.value;
        if (this.#run(made, compute)) {
          if (!changes.has(key)) changes.set(key, before);
          if (before === undefined) for (const listener of listeners) listener(key);
        }
        made.release();
      };
      cells.set(key, made);
      return made;
    };
    from.onAppear((key) => this.#mark(cell(key)));
    return {
      name,
      rank,
      cell,
      peek: (key) => cells.get(key)?.value,
      onAppear: (listener) => listeners.push(listener),
      entries: function* () {
        for (const [key, { value }] of cells) if (value !== undefined) yield [key, value];
      },
      takeChanges: () => {
        const taken = changes;
        changes = new Map();
        return taken;
      },
    };
  }

  lookup<V>(options: LookupOptions<V>): Family<V> {
    const { name, rank, compute } = options;
    const cells = new Map<string, Cell<V>>();
    const cell = (key: string): Cell<V> => {
      const known = cells.get(key);
      if (known !== undefined) return known;
      const made = makeCell<V>(name, key, rank, {
        release: () => {
          if (made.dependents.size > 0) return;
          cells.delete(key);
          this.#detach(made);
        },
      });
      made.evaluate = () => void this.#run(made, compute);
      cells.set(key, made);
      // Everything of a lower rank is settled by the time something of a higher one reads this.
      made.evaluate();
      return made;
    };
    return { name, rank, cell, peek: (key) => cells.get(key)?.value, onAppear: () => {} };
  }

  /** Brings everything up to date. */
  settle(): void {
    for (let rank = 0; rank < this.#dirty.length; rank++) {
      const batch = this.#dirty[rank];
      if (batch === undefined) continue;
      // Evaluating marks higher ranks only, so this set does not grow meanwhile.
      for (const cell of batch) cell.evaluate();
      batch.clear();
    }
  }

  /** Evaluates; true when the value changed. */
  #run<V>(cell: Cell<V>, compute: (key: string, scope: Scope) => V | undefined): boolean {
    const before = cell.value;
    const previous = cell.dependencies;
    const dependencies = new Set<Cell<unknown>>();
    const emissions = new Map<string, Emission>();
    const scope: Scope = {
      read: (family, key) => {
        assertRank(family.rank < cell.rank, cell, family.name);
        const source = family.cell(key);
        dependencies.add(source);
        return source.value;
      },
      emit: (group, key, value) => {
        assertRank(group.rank >= cell.rank, cell, group.name);
        emissions.set(`${group.name}:${key}`, {
          apply: () => group.put(key, cell.id, value),
          retract: () => group.remove(key, cell.id),
        });
      },
    };
    this.#evaluations++;
    let after: V | undefined;
    try {
      after = compute(cell.key, scope);
      this.#failures.delete(cell.id);
    } catch (thrown) {
      // One malformed object must not hold back the rest: it counts as absent until it changes.
      this.#failures.set(cell.id, thrown instanceof Error ? thrown.message : String(thrown));
      emissions.clear();
    }
    cell.dependencies = dependencies;
    for (const dependency of dependencies) dependency.dependents.add(cell);
    for (const dependency of previous) {
      if (dependencies.has(dependency)) continue;
      dependency.dependents.delete(cell);
      dependency.release();
    }
    for (const [id, emission] of cell.emissions) if (!emissions.has(id)) emission.retract();
    cell.emissions = emissions;
    for (const emission of emissions.values()) emission.apply();
    if (isDeepStrictEqual(before, after)) return false;
    cell.value = after;
    this.#markDependents(cell);
    return true;
  }

  #mark(cell: Cell<unknown>): void {
    const batch = this.#dirty[cell.rank];
    if (batch === undefined) this.#dirty[cell.rank] = new Set([cell]);
    else batch.add(cell);
  }

  readonly #markDependents = (cell: Cell<unknown>): void => {
    for (const dependent of cell.dependents) this.#mark(dependent);
  };

  #detach(cell: Cell<unknown>): void {
    this.#dirty[cell.rank]?.delete(cell);
    this.#failures.delete(cell.id);
    for (const dependency of cell.dependencies) {
      dependency.dependents.delete(cell);
      dependency.release();
    }
    cell.dependencies = new Set();
  }
}

/** A mistake in how layers are wired, found by the first test that runs them. */
function assertRank(holds: boolean, cell: Cell<unknown>, other: string): void {
  if (!holds) throw new RangeError(`${cell.id} of rank ${cell.rank} may not use ${other}: ranks must rise`);
}
