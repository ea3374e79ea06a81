import { httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Instance } from "../instance.ts";
import { fairlead } from "./cli.ts";
import { testInstance } from "./test-instance.ts";

let instance: Instance;
beforeAll(async () => {
  instance = await testInstance();
});
afterAll(() => instance?.[Symbol.asyncDispose]());

function route(name: string, host: string, match: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}}
spec:
  parentRefs: [{name: my-gateway}]
  hostnames: [${host}]
  rules:
  - matches: [${match}]
    backendRefs: [{name: details, port: 9080}]
`;
}

const gateway = () => instance.endpoints.gateways["default/my-gateway"] ?? "";

test("a pattern Envoy would refuse is named with object, field and reason within 5 s, and its last good form serves on", async () => {
  const good = route("victim", "victim.example", "{path: {type: PathPrefix, value: /}}");
  expect(await fairlead(instance, ["apply", "-f", "-", "--wait", "--timeout", "20s"], good)).toMatchObject({ code: 0 });
  expect((await httpGet(`${gateway()}/details/1`, { host: "victim.example" })).status).toBe(200);

  const bad = route("victim", "victim.example", "{path: {type: RegularExpression, value: '/a[b'}}");
  const started = Date.now();
  const result = await fairlead(instance, ["apply", "-f", "-", "--wait", "--timeout", "20s"], bad);
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(result.code).toBe(4);
  expect(result.stdout + result.stderr).toMatch(/Programmed/);
  expect(result.stdout + result.stderr).toMatch(/victim/);
  expect(result.stdout + result.stderr).toMatch(/spec\.rules\[0\]\.matches\[0\]\.path\.value/);
  expect((await httpGet(`${gateway()}/details/1`, { host: "victim.example" })).status).toBe(200);

  // Another route of the same listener keeps moving meanwhile.
  const other = route("bystander", "bystander.example", "{path: {type: PathPrefix, value: /}}");
  expect(await fairlead(instance, ["apply", "-f", "-", "--wait", "--timeout", "20s"], other)).toMatchObject({
    code: 0,
  });
  expect((await httpGet(`${gateway()}/details/1`, { host: "bystander.example" })).status).toBe(200);

  // A mended route leaves quarantine by itself.
  const mended = route("victim", "victim.example", "{path: {type: RegularExpression, value: '/details/[0-9]+'}}");
  expect(await fairlead(instance, ["apply", "-f", "-", "--wait", "--timeout", "20s"], mended)).toMatchObject({
    code: 0,
  });
  expect((await httpGet(`${gateway()}/details/7`, { host: "victim.example" })).status).toBe(200);
}, 90_000);
