// How long filtering and sorting 5,000 routes takes: `node apps/console/bench/filter-rows.ts`. The promise is 100 ms with everything drawn.
import { filterRows, type StatedRow } from "../src/domain/filter-rows.ts";
import { rowOf } from "../src/domain/intent-row.ts";
import { kindNamed } from "../src/domain/kinds.ts";
import type { ListSearch } from "../src/domain/list-search.ts";
import { manyRoutes } from "../src/testing/sample-intents.ts";

const ROUNDS = 200;
const kind = kindNamed("HTTPRoute");
if (kind === undefined) throw new Error("no HTTPRoute");
const intents = manyRoutes(5_000);
const started = performance.now();
const rows = intents.map((intent): StatedRow => ({ ...rowOf(intent, kind), state: "converged" }));
console.log(`rows of ${rows.length} routes: ${(performance.now() - started).toFixed(1)} ms`);

const searches: Readonly<Record<string, ListSearch>> = {
  "one word": { q: "route-4" },
  "three words": { q: "host web team-7" },
  host: { host: "host-77" },
  labels: { labels: "app in (app-1,app-2),tier=api" },
  "nothing, by age": { sort: "-age" },
};
for (const [name, search] of Object.entries(searches)) {
  const times = Array.from({ length: ROUNDS }, () => {
    const from = performance.now();
    filterRows(rows, search);
    return performance.now() - from;
  }).sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(share * (ROUNDS - 1))] ?? 0).toFixed(2);
  console.log(`${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${filterRows(rows, search).rows.length} rows`);
}
