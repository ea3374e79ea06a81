import { createServer } from "node:net";
import { TYPE_URL } from "@fairlead/envoy";
import { freePort } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import type { ModelTranslator } from "./node-config.ts";
import { echo, get } from "./testing/http.ts";
import {
  absent,
  endpoints,
  gateway,
  gatewayClass,
  gatewayKey,
  httpRoute,
  present,
  routeKey,
  service,
  toService,
} from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const soon = { timeout: 10_000, interval: 20 };

/** Gives Envoy something it cannot unpack for every table with a route to the path `/poison`. */
function poison(translator: ModelTranslator): ModelTranslator {
  return {
    apply: (delta) => {
      const change = translator.apply(delta);
      const bad = new Set(
        delta.tables.upserts
          .filter((table) => table.routes.some((route) => route.match.path.value === "/poison"))
          .map((table) => table.name),
      );
      const upserts = change.upserts.map((resource) =>
        resource.typeUrl === TYPE_URL.route && bad.has(resource.name)
          ? { ...resource, body: Uint8Array.of(0xff, 0xff, 0xff), version: `bad ${resource.version}` }
          : resource,
      );
      return { ...change, upserts };
    },
  };
}

describe("objects to a real Envoy", () => {
  test("a route is proxied once Envoy serves it, follows edits, and is gone when deleted", async () => {
    await using one = await echo("one");
    await using two = await echo("two");
    await using node = await TestNode.create();
    const port = await freePort();
    node.apply(
      ...present(
        gatewayClass(),
        gateway("gw", port),
        ...service("one", one.port),
        httpRoute("r", "a.test", [toService("one")]),
      ),
    );
    expect(node.state(routeKey("r"))).toBe("pending");
    await node.serve();
    await node.envoy();
    await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
    expect(node.state(gatewayKey("gw"))).toBe("proxied");
    expect(await get(port, "a.test")).toBe("200 one");

    node.apply(...present(...service("two", two.port), httpRoute("r", "a.test", [toService("two")])));
    expect(node.state(routeKey("r"))).toBe("pending");
    const answers = new Set<string>();
    while (node.state(routeKey("r")) !== "proxied") answers.add(await get(port, "a.test"));
    answers.add(await get(port, "a.test"));
    expect([...answers].filter((answer) => answer !== "200 one")).toEqual(["200 two"]);

    node.apply(...absent(routeKey("r")));
    await expect.poll(() => get(port, "a.test"), soon).toBe("404");
    await expect.poll(() => [...node.config.keys()].includes(routeKey("r")), soon).toBe(false);
  });

  test("an Envoy that restarts gets everything again, and an agent that restarts disturbs nothing", async () => {
    await using one = await echo("one");
    await using node = await TestNode.create();
    const port = await freePort();
    const objects = present(
      gatewayClass(),
      gateway("gw", port),
      ...service("one", one.port),
      httpRoute("r", "a.test", [toService("one")]),
    );
    node.apply(...objects);
    const server = await node.serve();
    const first = await node.envoy();
    await expect.poll(() => get(port, "a.test"), soon).toBe("200 one");
    await first.kill();
    const second = await node.envoy();
    await expect.poll(() => get(port, "a.test"), soon).toBe("200 one");

    await server.close();
    expect(await get(port, "a.test")).toBe("200 one");
    const updates = async () =>
      /listener_manager.listener_(added|modified|removed).*|cluster_manager.cluster_(added|modified|removed).*/g;
    const stats = async () => (await second.admin("/stats")).match(await updates())?.join("\n");
    const before = await stats();
    node.events.length = 0;
    await node.serve();
    await expect.poll(() => node.events.filter((event) => event.type === "acked").length, soon).toBeGreaterThan(4);
    expect(await stats()).toBe(before);
    expect(node.events.filter((event) => event.type !== "acked")).toEqual([]);
  });
});

describe("what is bad", () => {
  test("is found before it is sent: the last good form serves on, others keep moving", async () => {
    await using one = await echo("one");
    await using node = await TestNode.create();
    const port = await freePort();
    node.apply(
      ...present(
        gatewayClass(),
        gateway("gw", port),
        ...service("one", one.port),
        httpRoute("r", "a.test", [toService("one")]),
      ),
    );
    await node.serve();
    await node.envoy();
    await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
    const regex = {
      matches: [{ path: { type: "RegularExpression" as const, value: "/(" } }],
      backendRefs: [{ name: "one", port: 80 }],
    };
    node.apply(...present(httpRoute("r", "a.test", [regex]), httpRoute("s", "b.test", [toService("one")])));
    expect(node.state(routeKey("r"))).toBe("rejected: spec.rules[0].matches[0].path.value InvalidValue");
    await expect.poll(() => node.state(routeKey("s")), soon).toBe("proxied");
    expect(await get(port, "a.test")).toBe("200 one");
    expect(await get(port, "b.test")).toBe("200 one");
    node.apply(...present(httpRoute("r", "a.test", [toService("one", "/only")])));
    await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
    expect(await get(port, "a.test")).toBe("404");
  });

  test("is refused by Envoy: of two suspects the innocent one goes through", async () => {
    await using one = await echo("one");
    await using two = await echo("two");
    await using node = await TestNode.create({ wrap: poison });
    const port = await freePort();
    node.apply(
      ...present(gatewayClass(), gateway("gw", port), ...service("one", one.port), ...service("two", two.port)),
      ...present(
        httpRoute("good", "a.test", [toService("one", "/x")]),
        httpRoute("bad", "a.test", [toService("one", "/y")]),
      ),
    );
    await node.serve();
    await node.envoy();
    await expect.poll(() => node.state(routeKey("bad")), soon).toBe("proxied");
    node.apply(
      ...present(
        httpRoute("good", "a.test", [toService("two", "/x")]),
        httpRoute("bad", "a.test", [toService("two", "/poison")]),
      ),
      ...present(httpRoute("other", "b.test", [toService("two")])),
    );
    await expect.poll(() => node.state(routeKey("bad")), soon).toBe("rejected:  RefusedByProxy");
    await expect.poll(() => node.state(routeKey("good")), soon).toBe("proxied");
    await expect.poll(() => node.state(routeKey("other")), soon).toBe("proxied");
    expect(await Promise.all(["/x", "/y", "/poison"].map((path) => get(port, "a.test", path)))).toEqual([
      "200 two",
      "200 one",
      "404",
    ]);
    expect(node.config.backlog.quarantined).toBe(1);
  });

  test("is the machine: a port in use is told, and taken once it is free", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await using node = await TestNode.create();
    node.apply(...present(gatewayClass(), gateway("gw", port)));
    await node.serve();
    await node.envoy();
    await expect.poll(() => node.state(gatewayKey("gw")), soon).toBe("rejected:  CannotBind");
    await new Promise((resolve) => blocker.close(resolve));
    await expect.poll(() => node.state(gatewayKey("gw")), soon).toBe("proxied");
    expect(await get(port, "a.test")).toBe("404");
  });
});

test("a Gateway without an address is not in use, nor are its routes", async () => {
  await using one = await echo("one");
  await using node = await TestNode.create();
  const port = await freePort();
  const other = await freePort();
  node.apply(...present(gatewayClass(), gateway("other", other), ...service("one", one.port)));
  node.apply(...present(gateway("gw", port, { addresses: [] }), httpRoute("r", "a.test", [toService("one")])));
  await node.serve();
  await node.envoy();
  await expect.poll(() => node.state(gatewayKey("other")), soon).toBe("proxied");
  expect([node.state(gatewayKey("gw")), node.state(routeKey("r"))]).toEqual(["pending", "pending"]);
  node.apply(...present(gateway("gw", port)));
  await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
  expect(await get(port, "a.test")).toBe("200 one");
});

// Guarantee: replacing the endpoints of a Service loses no request.
test("endpoints are replaced without a failed request", async () => {
  await using one = await echo("one");
  await using two = await echo("two");
  await using node = await TestNode.create();
  const port = await freePort();
  node.apply(
    ...present(
      gatewayClass(),
      gateway("gw", port),
      ...service("s", one.port),
      httpRoute("r", "a.test", [toService("s")]),
    ),
  );
  await node.serve();
  await node.envoy();
  await expect.poll(() => get(port, "a.test"), soon).toBe("200 one");
  const seen = new Set<string>();
  for (let i = 0; i < 40; i++) {
    node.apply(...present(endpoints("s", [i % 2 === 0 ? two.port : one.port])));
    for (let n = 0; n < 3; n++) seen.add(await get(port, "a.test"));
  }
  expect([...seen].sort()).toEqual(["200 one", "200 two"]);
});
