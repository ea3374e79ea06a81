import { describe, expect, test } from "vitest";
import { decidePlacement, requireGrant } from "./decide-placement.ts";

const clusters = [
  { id: "1", name: "dev-1", labels: { env: "dev" } },
  { id: "2", name: "prod-1", labels: { env: "prod" } },
];
const devShop = [{ clusterSelector: { matchLabels: { env: "dev" } }, namespaces: ["shop"] }];
const intent = (namespace: string, env?: string) => ({
  namespace,
  placement: { clusterSelector: env === undefined ? {} : { matchLabels: { env } } },
});

describe("decidePlacement", () => {
  test("an intent goes to the selected clusters that are granted; the others are excluded by name", () => {
    const { placed, excluded } = decidePlacement(devShop, intent("shop"), clusters);
    expect([placed.map((one) => one.name), excluded.map((one) => one.name)]).toEqual([["dev-1"], ["prod-1"]]);
  });

  test.each([
    [
      "a namespace no grant has",
      devShop,
      intent("bank"),
      "The project is not granted the namespace bank; it is granted shop. Add a grant to the project.",
    ],
    [
      "no grant at all",
      [],
      intent("shop"),
      "The project is not granted the namespace shop; it has no grant at all. Add a grant to the project.",
    ],
    [
      "only clusters that are not granted",
      devShop,
      intent("shop", "prod"),
      "The project is not granted the namespace shop in any selected cluster (prod-1).",
    ],
  ])("refuses %s", (_, grants, wanted, text) => {
    const refused = () => requireGrant(grants, wanted, decidePlacement(grants, wanted, clusters));
    expect(refused).toThrow(text);
  });

  test("a placement that selects no cluster yet is fine", () => {
    const wanted = intent("shop", "staging");
    requireGrant(devShop, wanted, decidePlacement(devShop, wanted, clusters));
  });
});
