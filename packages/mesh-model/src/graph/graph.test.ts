import { describe, expect, test } from "vitest";
import { Graph } from "./graph.ts";

/** Words by line, and for each word how many lines hold it. */
function wordCount() {
  const graph = new Graph();
  const lines = graph.input<string>("line");
  const byWord = graph.group<true>("lines-by-word", 1);
  graph.derive<string, number>({
    name: "words",
    rank: 1,
    from: lines,
    compute: (_, line, scope) => {
      if (line.includes("!")) throw new Error("shouting");
      const words = line.split(" ");
      for (const word of words) scope.emit(byWord, word, true);
      return words.length;
    },
  });
  const counts = graph.derive<ReadonlyMap<string, true>, number>({
    name: "count",
    rank: 2,
    from: byWord,
    compute: (_, members) => members.size,
  });
  return { graph, lines, counts };
}

describe("Graph", () => {
  test("what a computation no longer contributes is taken back", () => {
    const { graph, lines, counts } = wordCount();
    lines.set("1", "a b");
    lines.set("2", "b c");
    graph.settle();
    expect(Object.fromEntries(counts.entries())).toEqual({ a: 1, b: 2, c: 1 });
    lines.set("2", "c");
    graph.settle();
    expect(Object.fromEntries(counts.entries())).toEqual({ a: 1, b: 1, c: 1 });
    lines.set("1", undefined);
    graph.settle();
    expect(Object.fromEntries(counts.entries())).toEqual({ c: 1 });
    expect(counts.takeChanges()).toEqual(
      new Map([
        ["a", undefined],
        ["b", undefined],
        ["c", undefined],
      ]),
    );
  });

  test("only what depends on a change is computed again, and an equal value goes no further", () => {
    const { graph, lines } = wordCount();
    for (let line = 0; line < 100; line++) lines.set(`${line}`, `only-${line} shared`);
    graph.settle();
    const before = graph.evaluations;
    lines.set("7", "shared only-7");
    graph.settle();
    expect(graph.evaluations - before).toBe(1);
    lines.set("7", "only-7");
    graph.settle();
    expect(graph.evaluations - before).toBe(3);
  });

  test("a computation that throws counts as absent, is named, and comes back when its source is well again", () => {
    const { graph, lines, counts } = wordCount();
    lines.set("1", "a!");
    lines.set("2", "b");
    graph.settle();
    expect(graph.failures).toEqual(new Map([["words:1", "shouting"]]));
    expect(Object.fromEntries(counts.entries())).toEqual({ b: 1 });
    lines.set("1", "a");
    graph.settle();
    expect(graph.failures.size).toBe(0);
    expect(Object.fromEntries(counts.entries())).toEqual({ a: 1, b: 1 });
  });

  test("a look-up lives as long as something reads it, and sees what appears later", () => {
    const graph = new Graph();
    const names = graph.input<string>("name");
    const keys = graph.input<string>("key");
    const upper = graph.lookup<string>({
      name: "upper",
      rank: 1,
      compute: (key, scope) => scope.read(names, key)?.toUpperCase(),
    });
    const shown = graph.derive<string, string>({
      name: "shown",
      rank: 2,
      from: keys,
      compute: (_, name, scope) => scope.read(upper, name) ?? "nobody",
    });
    keys.set("k", "ann");
    graph.settle();
    expect(shown.peek("k")).toBe("nobody");
    names.set("ann", "Ann");
    graph.settle();
    expect(shown.peek("k")).toBe("ANN");
    keys.set("k", "bob");
    graph.settle();
    expect(upper.peek("ann")).toBeUndefined();
    const before = graph.evaluations;
    names.set("ann", "Anna");
    graph.settle();
    expect(graph.evaluations).toBe(before);
  });

  test("reading against the order of ranks is a mistake that shows at once", () => {
    const graph = new Graph();
    const input = graph.input<string>("input");
    const later = graph.lookup<string>({ name: "later", rank: 3, compute: () => "x" });
    graph.derive<string, string>({
      name: "early",
      rank: 2,
      from: input,
      compute: (_, __, scope) => scope.read(later, "k"),
    });
    input.set("a", "a");
    graph.settle();
    expect([...graph.failures.values()]).toEqual(["early:a of rank 2 may not use later: ranks must rise"]);
  });
});
