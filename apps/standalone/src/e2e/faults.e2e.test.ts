import { setTimeout as sleep } from "node:timers/promises";
import { eventually, httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLoad } from "../../bench/children.ts";
import type { Instance } from "../instance.ts";
import { fairlead } from "./cli.ts";
import { testInstance } from "./test-instance.ts";

// Every process can be killed at any instant: traffic goes on, and what is said afterwards still arrives.
// A cut of the benchmark's `kills` part at a rate that any machine holds.
let instance: Instance;
beforeAll(async () => {
  instance = await testInstance();
});
afterAll(() => instance?.[Symbol.asyncDispose]());

const gateway = () => instance.endpoints.gateways["default/my-gateway"] ?? "";

function route(name: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}}
spec:
  parentRefs: [{name: my-gateway}]
  hostnames: [${name}.example]
  rules:
  - backendRefs: [{name: productpage, port: 9080}]
`;
}

describe.each(["cloud", "connector", "operator", "agent-local", "object-server"])("kill -9 of %s", (name) => {
  test("fails no request, and the next write arrives", async () => {
    using load = startLoad(instance.endpoints.gatewayUrl, "any.example", 100);
    await sleep(300);
    const pid = instance.supervisor.pid(name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    process.kill(pid, "SIGKILL");

    const after = `after-${name}`;
    await eventually(
      async () => expect(await fairlead(instance, ["apply", "-f", "-"], route(after))).toMatchObject({ code: 0 }),
      { timeoutMs: 30_000 },
    );
    expect(await fairlead(instance, ["wait", `httproute/${after}`, "--timeout", "30s"])).toMatchObject({ code: 0 });
    expect((await httpGet(`${gateway()}/`, { host: `${after}.example` })).status).toBe(200);

    const report = await load.stop();
    expect(report.failures).toEqual({});
    expect(report.succeeded).toBe(report.sent);
  }, 90_000);
});

test("an acknowledged write survives the death of PostgreSQL and cloud at once", async () => {
  expect(await fairlead(instance, ["apply", "-f", "-"], route("survivor"))).toMatchObject({ code: 0 });
  const cloud = instance.supervisor.pid("cloud");
  process.kill(instance.databasePid(), "SIGKILL");
  if (cloud !== undefined) process.kill(cloud, "SIGKILL");
  await eventually(
    async () =>
      expect(await fairlead(instance, ["wait", "httproute/survivor", "--timeout", "10s"])).toMatchObject({ code: 0 }),
    { timeoutMs: 60_000 },
  );
  expect((await httpGet(`${gateway()}/`, { host: "survivor.example" })).status).toBe(200);
}, 90_000);
