import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApplyGate, applyStep } from "./apply-order.ts";

const GATEWAY_CLASS = "gateway.networking.k8s.io/GatewayClass//c";
const GATEWAY = "gateway.networking.k8s.io/Gateway/ns/g";
const ROUTE = "gateway.networking.k8s.io/HTTPRoute/ns/r";

describe("apply order", () => {
  test("goes from what is referred to, to what refers, and deletes the other way round", () => {
    const steps = [GATEWAY_CLASS, GATEWAY, ROUTE].map((key) => applyStep(key, false));
    const deletions = [ROUTE, GATEWAY, GATEWAY_CLASS].map((key) => applyStep(key, true));
    expect([...steps, ...deletions]).toEqual([0, 1, 2, 3, 4, 5]);
    const grpc = ROUTE.replace("HTTPRoute", "GRPCRoute");
    expect([applyStep(grpc, false), applyStep(grpc, true)]).toEqual([2, 3]);
  });

  test("holds a key back until the steps before it had their first try", () => {
    const gate = new ApplyGate();
    expect(gate.add(GATEWAY, 1)).toEqual([GATEWAY]);
    expect(gate.add(ROUTE, 2)).toEqual([]);
    expect(gate.add(GATEWAY_CLASS, 0)).toEqual([GATEWAY_CLASS]);
    expect(gate.settled(GATEWAY_CLASS)).toEqual([]);
    expect(gate.settled(GATEWAY)).toEqual([ROUTE]);
  });

  test("loses no key and starts none before an earlier one, whatever comes when", () => {
    const add = fc.record({ key: fc.nat(8).map(String), step: fc.nat(5) });
    const settle = fc.nat(20);
    fc.assert(
      fc.property(fc.array(fc.oneof(add, settle), { maxLength: 60 }), (actions) => {
        const gate = new ApplyGate();
        const steps = new Map<string, number>();
        const waiting = new Set<string>();
        const running = new Set<string>();
        const start = (keys: readonly string[]) => {
          for (const key of keys) {
            waiting.delete(key);
            running.add(key);
          }
        };
        const finish = (key: string) => {
          running.delete(key);
          start(gate.settled(key));
        };
        for (const action of actions) {
          if (typeof action === "number") {
            const key = [...running][action % Math.max(1, running.size)];
            if (key !== undefined) finish(key);
            continue;
          }
          steps.set(action.key, action.step);
          waiting.add(action.key);
          const started = gate.add(action.key, action.step);
          start(started);
          for (const key of started) {
            for (const other of waiting) expect(steps.get(other)).toBeGreaterThanOrEqual(steps.get(key) ?? 0);
          }
        }
        while (running.size > 0) for (const key of [...running]) finish(key);
        expect([...waiting]).toEqual([]);
      }),
    );
  });
});
