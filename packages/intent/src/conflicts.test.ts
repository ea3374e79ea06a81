import { describe, expect, test } from "vitest";
import { conflicts } from "./conflicts.ts";
import { isGranted, notGranted } from "./grants.ts";
import { placedOn } from "./placement.ts";

const claim = (cluster: string, key: string, intent: string, n: number, epoch = 1) => ({
  cluster,
  key,
  intent,
  since: { epoch, n },
});

describe("conflicts", () => {
  test("the first to ask keeps the object, whatever order claims are listed in", () => {
    const claims = [
      claim("c2", "k", "rt_b", 9),
      claim("c1", "k", "rt_c", 7),
      claim("c1", "k", "rt_b", 3, 2),
      claim("c1", "k", "rt_a", 5),
    ];
    const expected = [{ cluster: "c1", key: "k", winner: "rt_a", held: ["rt_c", "rt_b"] }];
    expect(conflicts(claims)).toEqual(expected);
    expect(conflicts(claims.toReversed())).toEqual(expected);
  });

  test("one intent alone, or asking twice, is no conflict", () => {
    expect(conflicts([claim("c", "k", "a", 1), claim("c", "k", "a", 2), claim("c", "other", "b", 1)])).toEqual([]);
  });
});

describe("grants and placement", () => {
  const clusters = [
    { id: "c1", labels: { env: "prod" } },
    { id: "c2", labels: { env: "dev" } },
  ];

  test("placement keeps the clusters the selector matches", () => {
    const placement = { clusterSelector: { matchLabels: { env: "prod" } } };
    expect(placedOn({ placement }, clusters).map((c) => c.id)).toEqual(["c1"]);
  });

  test("a namespace is granted by name or by *, on matching clusters alone; no grant allows nothing", () => {
    const grants = [{ clusterSelector: { matchLabels: { env: "dev" } }, namespaces: ["*"] }];
    expect(notGranted(grants, { namespace: "shop" }, clusters).map((c) => c.id)).toEqual(["c1"]);
    const named = [...grants, { clusterSelector: {}, namespaces: ["shop"] }];
    expect(notGranted(named, { namespace: "shop" }, clusters)).toEqual([]);
    expect(notGranted(named, { namespace: "shop2" }, clusters).map((c) => c.id)).toEqual(["c1"]);
    expect(isGranted([], { labels: {} }, "shop")).toBe(false);
  });
});
