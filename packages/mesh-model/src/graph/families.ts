import { isDeepStrictEqual } from "node:util";
import type { Cell, Family, Group, Input } from "./cell.ts";

/** A cell without a value that nothing reads. */
export function makeCell<V>(name: string, key: string, rank: number, on: Pick<Cell<V>, "release">): Cell<V> {
  return {
    id: `${name}:${key}`,
    key,
    rank,
    value: undefined,
    dependents: new Set(),
    dependencies: new Set(),
    emissions: new Map(),
    evaluate: () => {},
    release: on.release,
  };
}

/** Tells the graph that the readers of a cell have to be evaluated again. */
export type MarkDependents = (cell: Cell<unknown>) => void;

/** A family of values set from outside. */
export function makeInput<V>(name: string, markDependents: MarkDependents): Input<V> {
  const { cells, cell, family } = makeStore<V>(name, 0);
  return {
    ...family,
    keys: function* () {
      for (const [key, { value }] of cells) if (value !== undefined) yield key;
    },
    set: (key, value) => {
      const target = cell(key);
      const appears = target.value === undefined && value !== undefined;
      target.value = value;
      markDependents(target);
      if (appears) family.appeared(key);
      target.release();
    },
  };
}

/** A family of maps that computations contribute to. */
export function makeGroup<V>(name: string, rank: number, markDependents: MarkDependents): Group<V> {
  const members = new Map<string, Map<string, V>>();
  const { cell, family } = makeStore<ReadonlyMap<string, V>>(name, rank);
  return {
    ...family,
    put: (key, member, value) => {
      const present = members.get(key);
      if (present?.has(member) && isDeepStrictEqual(present.get(member), value)) return;
      const target = cell(key);
      if (present === undefined) {
        const made = new Map([[member, value]]);
        members.set(key, made);
        target.value = made;
        family.appeared(key);
      } else present.set(member, value);
      markDependents(target);
    },
    remove: (key, member) => {
      const present = members.get(key);
      if (present?.delete(member) !== true) return;
      const target = cell(key);
      if (present.size === 0) {
        members.delete(key);
        target.value = undefined;
      }
      markDependents(target);
      target.release();
    },
  };
}

/** Cells that stay while they have a value or a reader. */
function makeStore<V>(name: string, rank: number) {
  const cells = new Map<string, Cell<V>>();
  const listeners: ((key: string) => void)[] = [];
  const cell = (key: string): Cell<V> => {
    const known = cells.get(key);
    if (known !== undefined) return known;
    const made = makeCell<V>(name, key, rank, {
      release: () => {
        if (made.value === undefined && made.dependents.size === 0) cells.delete(key);
      },
    });
    cells.set(key, made);
    return made;
  };
  const family: Family<V> & { appeared(key: string): void } = {
    name,
    rank,
    cell,
    peek: (key) => cells.get(key)?.value,
    onAppear: (listener) => listeners.push(listener),
    appeared: (key) => {
      for (const listener of listeners) listener(key);
    },
  };
  return { cells, cell, family };
}
