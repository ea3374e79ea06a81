import { httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Instance } from "../instance.ts";
import { fairlead } from "./cli.ts";
import { testInstance } from "./test-instance.ts";

// `fairlead wait` means every node: with two of them, one whose Envoy is slow to take the change holds it back.
let instance: Instance;
beforeAll(async () => {
  instance = await testInstance({ nodes: 2 });
});
afterAll(() => instance?.[Symbol.asyncDispose]());

const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: slow}
spec:
  parentRefs: [{name: my-gateway}]
  hostnames: [slow.example]
  rules:
  - backendRefs: [{name: productpage, port: 9080}]
`;

test("wait returns only when every node's Envoy serves the change", async () => {
  const slow = instance.supervisor.pid("envoy-local-2");
  if (slow === undefined) throw new Error("the second node has no Envoy");
  process.kill(slow, "SIGSTOP");
  try {
    const held = await fairlead(instance, ["apply", "-f", "-", "--wait", "--timeout", "3s"], route);
    expect(held.code).toBe(3);
    const gateway = instance.endpoints.gateways["default/my-gateway"] ?? "";
    expect((await httpGet(`${gateway}/`, { host: "slow.example" })).status).toBe(200);
  } finally {
    process.kill(slow, "SIGCONT");
  }
  expect(await fairlead(instance, ["wait", "httproute/slow", "--timeout", "20s"])).toMatchObject({ code: 0 });
  const second = new URL(instance.endpoints.gateways["default/my-gateway"] ?? "");
  second.hostname = second.hostname.replace(/^(127\.\d+)\.0\./, "$1.1.");
  expect((await httpGet(second.href, { host: "slow.example" })).status).toBe(200);
}, 90_000);
