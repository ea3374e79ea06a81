import type { BundleEntry } from "@fairlead/tunnel";
import type { StateLog, Stored, StoredChange } from "../state/state-log.ts";
import { keyOf, route } from "./test-objects.ts";

/** A bundle's entry for a route, with some text that does not compress. */
export function entryOf(name: string, n: number, text = ""): [key: string, entry: BundleEntry] {
  const object = { ...route(name, `/${n}`), data: text };
  const digest = n.toString(16).padStart(64, "0");
  return [
    keyOf(object),
    { revision: { epoch: 1, n }, epoch: 1, object: { digest, intent: "rt_1", body: JSON.stringify(object) } },
  ];
}

/** Batches that set, change and delete a few objects, each with the revision it leads to. */
export function someBatches(count: number, textOf: (n: number) => string): StoredChange[][] {
  return Array.from({ length: count }, (_, n) => [
    entryOf(`r${n % 7}`, n, textOf(n)),
    [entryOf(`r${(n * 3) % 7}`, n)[0], n % 4 === 3 ? undefined : entryOf(`r${(n * 3) % 7}`, n)[1]],
    ["state", { through: { epoch: 1, n }, resync: false }],
  ]);
}

/** What a map holds after each of some batches, the state before them included. */
export function statesAfter(batches: readonly StoredChange[][]): Record<string, Stored>[] {
  const now = new Map<string, Stored>();
  const states = [Object.fromEntries(now)];
  for (const batch of batches) {
    for (const [key, value] of batch) {
      if (value === undefined) now.delete(key);
      else now.set(key, value);
    }
    states.push(Object.fromEntries(now));
  }
  return states;
}

/** What a log was opened with. */
export function held(log: StateLog): Record<string, Stored> {
  return Object.fromEntries(log.entries);
}
