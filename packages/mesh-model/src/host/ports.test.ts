import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostPool, RESERVED_HOST_PORTS } from "./host-network.ts";
import { type HostPortClaim, holderOf, portProblem } from "./ports.ts";

const gateway = (id: string, created: string): HostPortClaim => ({
  kind: "Gateway",
  id,
  created,
  owner: `Gateway ${id}`,
});
const shared = (id: string, created: string): HostPortClaim => ({ kind: "Ingress", id, created, owner: "ingress" });

describe("a port of the nodes", () => {
  test.each<[string, HostPortClaim[], string | undefined]>([
    ["nobody wants it", [], undefined],
    ["the older has it", [gateway("b/new", "2026-01-02"), gateway("a/old", "2026-01-01")], "Gateway a/old"],
    ["of one age the first by name", [gateway("b/x", "2026-01-01"), gateway("a/y", "2026-01-01")], "Gateway a/y"],
    ["of one age and name the Gateway", [shared("a/x", "2026-01-01"), gateway("a/x", "2026-01-01")], "Gateway a/x"],
    [
      "the shared Ingresses are as old as the oldest of them",
      [shared("a/new", "2026-01-03"), gateway("a/web", "2026-01-02"), shared("a/old", "2026-01-01")],
      "Ingress a/old",
    ],
  ])("%s", (_, claims, label) => {
    expect(holderOf(claims)?.label).toBe(label);
  });

  test("has one holder, whatever the order in which it is wanted", () => {
    const claim = fc
      .tuple(fc.constantFrom("a/x", "a/y", "b/x"), fc.constantFrom("2026-01-01", "2026-01-02"), fc.boolean())
      .map(([id, created, isGateway]) => (isGateway ? gateway(id, created) : shared(id, created)));
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1 }), (claims) => {
        expect(holderOf(claims)).toEqual(holderOf(claims.toReversed()));
        const holder = holderOf(claims);
        const winners = claims.filter(({ owner }) => portProblem(80, owner, holder, {}) === undefined);
        expect(new Set(winners.map(({ owner }) => owner)).size).toBe(1);
      }),
    );
  });

  test("says who has it, and why", () => {
    const holder = holderOf([gateway("a/old", "2026-01-01")]);
    expect(portProblem(80, "Gateway a/old", holder, {})).toBeUndefined();
    expect(portProblem(80, "Gateway b/new", holder, {})).toBe(
      "Port 80 of the nodes is in use by Gateway a/old, which is older",
    );
    expect(portProblem(10_250, "Gateway a/old", holder, RESERVED_HOST_PORTS)).toBe(
      "Port 10250 of the nodes is reserved: the kubelet listens there",
    );
  });
});

test("Gateways and Ingresses compete for ports unless no node can listen for both", () => {
  const pools = (gateways: Record<string, string>, ingresses: Record<string, string>) => {
    const host = {
      gateways: { matchLabels: gateways },
      ingresses: { matchLabels: ingresses, sharedListenerPort: 8080 },
      nodes: "ready" as const,
    };
    return [hostPool(host, "gateways"), hostPool(host, "ingresses")];
  };
  expect(pools({}, { role: "edge" })).toEqual(["host", "host"]);
  expect(pools({ zone: "a" }, { role: "edge" })).toEqual(["host", "host"]);
  expect(pools({ role: "core" }, { role: "edge" })).toEqual(["host-gateways", "host-ingresses"]);
});
