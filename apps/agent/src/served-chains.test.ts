import { expect, test } from "vitest";
import { chainOwner, ServedChains } from "./served-chains.ts";

test.each([
  ["default/gw/80", "default/gw"],
  ["default/gw/443/web", "default/gw"],
  ["ingress/http", "ingress"],
  ["ingress/shared/https/default/cert", "ingress"],
  ["ingress/shared/https-any/default/cert", "ingress"],
  ["ingress/dedicated/default/web/http", "ingress/dedicated/default/web"],
  ["ingress/gw/80", "ingress/gw"],
])("%s belongs to %s", (chain, owner) => {
  expect(chainOwner(chain)).toBe(owner);
});

test("knows whose chains a listener has, through changes", () => {
  const served = new ServedChains();
  const socket = (name: string, ...ids: string[]) => ({
    name,
    addresses: ["127.0.0.1"],
    port: 80,
    sources: [],
    chains: ids.map((id) => ({ id, serverNames: [], sources: [] })),
  });
  served.apply({ upserts: [socket("s1", "a/g/80"), socket("s2", "a/g/443/x", "a/g/443/y")], removals: [] });
  expect(served.listeners("a/g").map(({ name }) => name)).toEqual(["s1", "s2"]);
  expect(served.owners("s2")).toEqual(["a/g"]);
  served.apply({ upserts: [{ ...socket("s1", "a/g/80"), addresses: [] }], removals: [] });
  expect(served.isElsewhere("a/g")).toBe(false);
  served.apply({ upserts: [{ ...socket("s2", "a/g/443/x"), addresses: [] }], removals: [] });
  expect(served.isElsewhere("a/g")).toBe(true);
  served.apply({ upserts: [], removals: ["s1", "s2"] });
  expect(served.isElsewhere("a/g")).toBe(false);
  expect(served.listeners("a/g")).toEqual([]);
  expect(served.owners("s2")).toEqual([]);
});
