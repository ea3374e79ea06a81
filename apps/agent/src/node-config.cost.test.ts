import { controllerClasses, MeshIndex } from "@fairlead/mesh-model";
import { ResourceCache } from "@fairlead/xds";
import { expect, test } from "vitest";
import { createBinding } from "./binding.ts";
import { boundTranslator } from "./bound-translator.ts";
import { NodeConfig } from "./node-config.ts";
import { gateway, gatewayClass, httpRoute, present, service, toService } from "./testing/objects.ts";

/** Median of the milliseconds from a changed route to the cache, with `count` routes there. */
function costMs(count: number): number {
  const config = new NodeConfig({
    index: new MeshIndex({ classes: controllerClasses() }),
    translator: boundTranslator(createBinding({ portOffset: 0 }), {}),
    cache: new ResourceCache(),
    proxy: { isCurrent: () => true, retry: () => {} },
  });
  config.apply(present(gatewayClass(), gateway("gw", 8080), ...service("a", 1), ...service("b", 2)));
  const route = (i: number, to: string) => httpRoute(`r${i}`, `h${i}.test`, [toService(to)]);
  config.apply(present(...Array.from({ length: count }, (_, i) => route(i, "a"))));
  const times = Array.from({ length: 200 }, (_, i) => {
    const change = present(route(i, "b"));
    const began = performance.now();
    config.apply(change);
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[100] ?? 0;
}

// Guarantee: work grows with what changed, not with what exists.
test("a route costs the same among 4,000 as among 250", () => {
  costMs(250);
  const few = costMs(250);
  const many = costMs(4_000);
  expect(many).toBeLessThan(Math.max(3 * few, 2));
});
