import { describe, expect, test } from "vitest";
import { sampleRoute } from "../testing/sample-intents.ts";
import { filterRows, hostCovers, type StatedRow } from "./filter-rows.ts";
import { rowOf } from "./intent-row.ts";
import { kindsOfList } from "./kinds.ts";
import type { ListSearch } from "./list-search.ts";

const [kind = expect.fail("no kinds")] = kindsOfList("routes");
const row = (name: string, change: Partial<StatedRow> & { readonly hostnames?: readonly string[] } = {}): StatedRow => {
  const { hostnames, ...rest } = change;
  const spec = hostnames === undefined ? {} : { hostnames };
  return { ...rowOf(sampleRoute({ id: name, name, spec }), kind), state: "converged", ...rest };
};
const rows = [
  row("beta", {
    namespace: "a",
    hostnames: ["b.example.com"],
    state: "rejected",
    createdAt: "2026-01-02T00:00:00.000Z",
  }),
  row("alpha", { namespace: "b", hostnames: ["*.example.com"], labels: { app: "shop" } }),
  row("gamma", { namespace: "a", kind: "GRPCRoute", state: undefined, createdAt: "2026-01-01T00:00:00.000Z" }),
];
const names = (search: ListSearch) => filterRows(rows, search).rows.map(({ name }) => name);

describe("filters", () => {
  test.each<[string, ListSearch, string[]]>([
    ["none: everything, by name", {}, ["alpha", "beta", "gamma"]],
    ["words: all of them, in any field, in any case", { q: "EXAMPLE beta" }, ["beta"]],
    ["namespace", { namespace: "a" }, ["beta", "gamma"]],
    ["kind", { kind: "GRPCRoute" }, ["gamma"]],
    ["state: what is not known yet is no state", { state: "rejected" }, ["beta"]],
    ["host: a wildcard covers what it would serve", { host: "b.example.com" }, ["alpha", "beta"]],
    ["labels, as kubectl selects", { labels: "app in (shop,web),!old" }, ["alpha", "beta", "gamma"]],
    ["labels that only one has", { labels: "app=shop" }, ["alpha"]],
    ["several narrow each other", { namespace: "a", state: "rejected" }, ["beta"]],
  ])("%s", (_, search, expected) => {
    expect(names(search)).toEqual(expected);
  });

  test("a selector that cannot be read filters nothing and says what is wrong", () => {
    const { rows: left, problem } = filterRows(rows, { labels: "app in (" });
    expect([left.length, problem]).toEqual([3, expect.stringContaining("is not a label requirement")]);
  });
});

describe("sorting", () => {
  test.each<[string, string[]]>([
    ["-name", ["gamma", "beta", "alpha"]],
    ["namespace", ["beta", "gamma", "alpha"]],
    ["state", ["beta", "alpha", "gamma"]],
    ["age", ["alpha", "beta", "gamma"]],
    ["nonsense", ["alpha", "beta", "gamma"]],
  ])("by %s", (sort, expected) => {
    expect(names({ sort })).toEqual(expected);
  });
});

test.each([
  ["*.example.com", "a.example.com", true],
  ["*.example.com", "example.org", false],
  ["a.example.com", "example", true],
])("%s covers %s: %s", (host, wanted, covers) => {
  expect(hostCovers(host, wanted)).toBe(covers);
});
