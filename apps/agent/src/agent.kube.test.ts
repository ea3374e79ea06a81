import { readFileSync, statSync, writeFileSync } from "node:fs";
import { freePort, tempDir } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { AgentProcess } from "./testing/agent-process.ts";
import { echo, get } from "./testing/http.ts";
import { gateway, gatewayClass, gatewayKey, httpRoute, routeKey, service, toService } from "./testing/objects.ts";
import { TestCluster } from "./testing/test-cluster.ts";
import { TestConnector } from "./testing/test-connector.ts";

const soon = { timeout: 30_000, interval: 20 };
/** Several processes start in each; a busy machine takes its time. */
const patient = { timeout: 120_000 };

/** A cluster with a Gateway and a route to a backend, a connector, and an agent that is not started yet. */
async function setUp(stack: AsyncDisposableStack) {
  const directory = stack.use(await tempDir("agent"));
  const one = stack.use(await echo("one"));
  const connector = stack.use(await TestConnector.listen("secret"));
  const cluster = stack.use(await TestCluster.start(directory.path));
  const port = await freePort();
  await cluster.put(
    gatewayClass(),
    gateway("gw", port, { revision: "1.1" }),
    ...service("one", one.port),
    httpRoute("r", "a.test", [toService("one")], { revision: "1.2" }),
  );
  const agent = stack.use(
    await AgentProcess.create(directory.path, cluster, connector, { FAIRLEAD_API_WAIT_MS: "1500" }),
  );
  return { directory: directory.path, connector, cluster, agent, port };
}

test("objects become traffic, and what became of them is reported", patient, async () => {
  await using stack = new AsyncDisposableStack();
  const { connector, cluster, agent, port } = await setUp(stack);
  agent.start();
  await expect.poll(() => agent.admin("/readyz"), soon).toBe("200 ok");
  await agent.startEnvoy();
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.2");
  expect(connector.state(gatewayKey("gw"))).toBe("proxied 1.1");
  expect(await get(port, "a.test")).toBe("200 one");
  expect(connector.reports[0]?.full).toBe(true);

  const regex = { matches: [{ path: { type: "RegularExpression" as const, value: "/(" } }] };
  await cluster.put(httpRoute("r", "a.test", [regex], { revision: "1.3" }));
  const rejected = "rejected 1.3 spec.rules[0].matches[0].path.value InvalidValue";
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe(rejected);
  expect(await get(port, "a.test")).toBe("200 one");

  await cluster.put(httpRoute("r", "a.test", [toService("one", "/x")], { revision: "1.4" }));
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.4");
  expect(await get(port, "a.test")).toBe("404");

  await cluster.delete(routeKey("r"));
  await expect.poll(() => connector.state(routeKey("r")), soon).toBeUndefined();
  expect(await agent.admin("/metrics")).toMatch(/fairlead_agent_proxy_connected 1/);
});

test(
  "kill -9 of the agent disturbs nothing, and a bad form that came meanwhile does not get through",
  patient,
  async () => {
    await using stack = new AsyncDisposableStack();
    const { connector, cluster, agent, port } = await setUp(stack);
    agent.start();
    await expect.poll(() => agent.admin("/readyz"), soon).toBe("200 ok");
    const envoy = await agent.startEnvoy();
    await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.2");
    await expect.poll(() => readFileSync(agent.journal, "utf8").includes("HTTPRoute"), soon).toBe(true);
    const stats = async () =>
      (await envoy.admin("/stats")).match(/(listener|cluster)_(added|modified|removed|updated).*/g);
    const before = await stats();
    await agent.kill();
    const regex = { matches: [{ path: { type: "RegularExpression" as const, value: "/(" } }] };
    await cluster.put(httpRoute("r", "a.test", [regex], { revision: "1.3" }));
    expect(await get(port, "a.test")).toBe("200 one");
    agent.start();
    await expect.poll(() => connector.state(routeKey("r")), soon).toMatch(/^rejected 1\.3/);
    await expect.poll(() => connector.state(gatewayKey("gw")), soon).toBe("proxied 1.1");
    expect(await get(port, "a.test")).toBe("200 one");
    expect(await stats()).toEqual(before);
  },
);

test("with the Kubernetes API away, a node that restarts serves its last good configuration", patient, async () => {
  await using stack = new AsyncDisposableStack();
  const { connector, cluster, agent, port } = await setUp(stack);
  agent.start();
  await expect.poll(() => agent.admin("/readyz"), soon).toBe("200 ok");
  const first = await agent.startEnvoy();
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.2");
  await expect.poll(() => readFileSync(agent.journal, "utf8").includes("HTTPRoute"), soon).toBe(true);
  expect(statSync(agent.journal).mode & 0o777).toBe(0o600);
  await agent.kill();
  await first.kill();
  await cluster.down();
  agent.start();
  await agent.startEnvoy();
  await expect.poll(() => get(port, "a.test"), soon).toBe("200 one");
  expect(await agent.admin("/readyz")).toBe("200 ok");

  await cluster.up();
  await cluster.put(httpRoute("r", "a.test", [toService("one", "/x")], { revision: "1.5" }));
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.5");
  expect(await get(port, "a.test")).toBe("404");
});

test("a damaged cache is told with its place, kept aside, and replaced by what the API has", patient, async () => {
  await using stack = new AsyncDisposableStack();
  const { connector, agent, port } = await setUp(stack);
  agent.start();
  await expect.poll(() => agent.admin("/readyz"), soon).toBe("200 ok");
  await agent.startEnvoy();
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.2");
  await expect.poll(() => readFileSync(agent.journal, "utf8").includes("HTTPRoute"), soon).toBe(true);
  await agent.kill();
  const text = readFileSync(agent.journal, "utf8");
  writeFileSync(agent.journal, text.replace("HTTPRoute", "HTTPRoot!"));
  agent.start();
  await expect.poll(() => agent.admin("/readyz"), soon).toBe("200 ok");
  expect(agent.log).toMatch(/last-good\.journal: line \d+ does not match its checksum/);
  expect(readFileSync(`${agent.journal}.corrupt`, "utf8")).toContain("HTTPRoot!");
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.2");
  expect(await get(port, "a.test")).toBe("200 one");
});

test("a connector that restarts is told everything again", patient, async () => {
  await using stack = new AsyncDisposableStack();
  const { connector, agent } = await setUp(stack);
  agent.start();
  await expect.poll(() => agent.admin("/readyz"), soon).toBe("200 ok");
  await agent.startEnvoy();
  await expect.poll(() => connector.state(routeKey("r")), soon).toBe("proxied 1.2");
  const { port } = connector;
  await connector[Symbol.asyncDispose]();
  await using second = await TestConnector.listen("secret", port);
  await expect.poll(() => second.state(routeKey("r")), soon).toBe("proxied 1.2");
  expect(second.reports[0]?.full).toBe(true);
});
