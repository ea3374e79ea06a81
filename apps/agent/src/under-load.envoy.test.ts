import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { echo } from "./testing/http.ts";
import {
  absent,
  endpoints,
  gateway,
  gatewayClass,
  httpRoute,
  present,
  routeKey,
  service,
  toService,
} from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

/** Sends requests on keep-alive connections until stopped, and counts the answers by status or error. */
function load(port: number, host: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: Record<string, number> = {};
  let isRunning = true;
  const count = (answer: string) => {
    answers[answer] = (answers[answer] ?? 0) + 1;
  };
  const send = () =>
    new Promise<void>((resolve) => {
      request({ port, host: "127.0.0.1", headers: { host }, agent }, (response) => {
        response.resume();
        response.on("end", () => {
          count(`${response.statusCode}`);
          resolve();
        });
      })
        .on("error", (error) => {
          count(error.message);
          resolve();
        })
        .end();
    });
  const loops = Array.from({ length: connections }, async () => {
    while (isRunning) await send();
  });
  return async () => {
    isRunning = false;
    await Promise.all(loops);
    agent.destroy();
    return answers;
  };
}

// Guarantee: no request fails while a route moves from Service to Service, each new and the last one gone in the same
// change, while endpoints are replaced, and while the discovery server goes and comes back.
test("nothing fails under load", { timeout: 120_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const backends = await Promise.all(["a", "b", "c"].map(async (name) => stack.use(await echo(name))));
  const backendPort = (i: number) => backends[i % backends.length]?.port ?? 0;
  const node = stack.use(await TestNode.create());
  const port = await freePort();
  const key = routeKey("r");
  const route = (i: number) => httpRoute("r", "a.test", [toService(`s${i}`)]);
  node.apply(...present(gatewayClass(), gateway("gw", port), ...service("s0", backendPort(0)), route(0)));
  let server = await node.serve();
  await node.envoy();
  await expect.poll(() => node.state(key), { timeout: 20_000 }).toBe("proxied");
  const stop = load(port, "a.test", 8);
  for (let i = 1; i <= 100; i++) {
    const last = absent(`/Service/default/s${i - 1}`, `discovery.k8s.io/EndpointSlice/default/s${i - 1}-1`);
    node.apply(...present(...service(`s${i}`, backendPort(i)), route(i)), ...last);
    // Every third change comes while the one before is still on its way.
    if (i % 3 === 0) await sleep(1);
    else while (node.state(key) !== "proxied") await sleep(1);
    if (i % 2 === 0) node.apply(...present(endpoints(`s${i}`, [backendPort(i + 1)])));
    if (i % 25 === 0) {
      await server.close();
      await sleep(50);
      server = await node.serve();
    }
  }
  await expect.poll(() => node.state(key), { timeout: 20_000 }).toBe("proxied");
  const answers = await stop();
  expect(Object.keys(answers)).toEqual(["200"]);
  expect([...node.cache.all("type.googleapis.com/envoy.config.cluster.v3.Cluster").keys()]).toEqual([
    "default/s100:80",
  ]);
});
