import { readFileSync } from "node:fs";
import type { Node } from "@fairlead/kubernetes-types";
import { freePort, tempDir } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { AgentProcess } from "./testing/agent-process.ts";
import { echo, get } from "./testing/http.ts";
import { gateway, gatewayClass, gatewayKey, httpRoute, routeKey, service, toService } from "./testing/objects.ts";
import { TestCluster } from "./testing/test-cluster.ts";
import { TestConnector } from "./testing/test-connector.ts";

const soon = { timeout: 30_000, interval: 20 };

const machine = (name: string, address: string, ready = "True"): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { addresses: [{ type: "InternalIP", address }], conditions: [{ type: "Ready", status: ready }] },
});

test("an agent binds its own Node's address, follows it, and knows it without the API", {
  timeout: 120_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempDir("agent"));
  const one = stack.use(await echo("one"));
  const connector = stack.use(await TestConnector.listen("secret"));
  const cluster = stack.use(await TestCluster.start(path));
  const port = await freePort();
  const answer = (address: string) => get(port, "a.test", "/", address);
  await cluster.put(
    machine("n0", "127.77.206.9"),
    machine("n1", "127.77.206.1"),
    gatewayClass(),
    gateway("gw", port, { revision: "1.1", addresses: [] }),
    ...service("one", one.port),
    httpRoute("r", "a.test", [toService("one")], { revision: "1.2" }),
  );
  const env = { FAIRLEAD_API_WAIT_MS: "1500", FAIRLEAD_GATEWAY_HOST_NETWORK: "true" };
  const agent = stack.use(await AgentProcess.create(path, cluster, connector, env));
  agent.start();
  await expect.poll(() => agent.admin("/readyz"), soon).toBe("200 ok");
  const first = await agent.startEnvoy();
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.2");
  expect(connector.state(gatewayKey("gw"))).toBe("proxied 1.1");
  expect(await answer("127.77.206.1")).toBe("200 one");
  expect(await answer("127.77.206.9")).toBe("no answer");

  await cluster.put(machine("n1", "127.77.206.2", "False"));
  await expect.poll(() => answer("127.77.206.2"), soon).toBe("200 one");
  await expect.poll(() => readFileSync(agent.journal, "utf8").includes("127.77.206.2"), soon).toBe(true);

  await agent.kill();
  await first.kill();
  await cluster.down();
  agent.start();
  await agent.startEnvoy();
  await expect.poll(() => answer("127.77.206.2"), soon).toBe("200 one");
});
