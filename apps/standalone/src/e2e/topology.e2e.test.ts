import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@fairlead/client";
import type { Topology } from "@fairlead/contract";
import { Secret } from "@fairlead/core";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Instance } from "../instance.ts";
import { fairlead } from "./cli.ts";
import { root, testInstance } from "./test-instance.ts";

let instance: Instance;
beforeAll(async () => {
  instance = await testInstance();
});
afterAll(() => instance?.[Symbol.asyncDispose]());

async function topology(): Promise<Topology> {
  const { apiUrl, token } = instance.endpoints;
  const client = createClient({ baseUrl: apiUrl, token: new Secret(token) });
  const { items } = await client.clusters.list();
  return client.topology.get({ params: { cluster: items[0]?.id ?? "" } });
}

async function kubernetes(method: string, path: string, body?: object): Promise<void> {
  const { objectServerUrl } = instance.endpoints;
  const headers = {
    authorization: `Bearer ${instance.layout.tokens.admin}`,
    ...(body && { "content-type": "application/json" }),
  };
  const sent = await fetch(`${objectServerUrl}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!sent.ok) throw new Error(await sent.text());
}

test("Bookinfo is drawn from its Gateway to its endpoints, and nothing is wrong with it", async () => {
  await eventually(async () => {
    const { nodes, edges, observedAt } = await topology();
    expect(observedAt).not.toBeNull();
    expect(nodes.filter(({ state }) => state === "error")).toEqual([]);
    expect(nodes.find(({ id }) => id === "gateway:default/my-gateway")).toMatchObject({
      state: "ok",
      intent: expect.stringMatching(/^gw_/),
    });
    const details = nodes.find(({ id }) => id === "service:default/details:9080");
    expect(details).toMatchObject({ state: "ok", detail: "1 ready" });
    expect(edges.some(({ from, to }) => from === details?.id && to.startsWith("endpoint:"))).toBe(true);
    expect(edges.some(({ weight }) => weight !== null)).toBe(true);
  });
});

test("a certificate that has expired is reported with its dates and warned of, and its key stays in the cluster", async () => {
  const base64 = (file: string) => readFileSync(join(root, "packages/mesh-model/testdata", file)).toString("base64");
  const data = { "tls.crt": base64("expired.crt.pem"), "tls.key": base64("one.key.pem") };
  const secret = { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata: { name: "old-tls" }, data };
  await kubernetes("POST", "/api/v1/namespaces/default/secrets", secret);
  const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: tls}
spec:
  gatewayClassName: fairlead
  listeners:
  - {name: https, port: 443, protocol: HTTPS, hostname: one.example, tls: {certificateRefs: [{name: old-tls}]}}
`;
  expect(await fairlead(instance, ["apply", "-f", "-"], gateway)).toMatchObject({ code: 0, stderr: "" });
  await eventually(async () => {
    const { stdout } = await fairlead(instance, ["get", "certificates"]);
    expect(stdout).toMatch(/NOT AFTER +DAYS LEFT +STATE +USED BY/);
    expect(stdout).toMatch(/default +old-tls .* expired +gateway default\/tls/);
  });
  const { stderr } = await fairlead(instance, ["convergence", "gateway/tls"]);
  expect(stderr).toMatch(
    /^warning: cluster .*: certificate default\/old-tls of gateway default\/tls: expired \d+ days ago$/m,
  );
  const { stdout } = await fairlead(instance, ["get", "certificates", "-o", "json"]);
  expect(stdout).not.toMatch(/PRIVATE|BEGIN|tls\.key/);
  const { nodes } = await topology();
  expect(nodes.find(({ id }) => id === "listener:default/tls/https")).toMatchObject({ state: "error" });
  // Several commands, each a process of its own.
}, 120_000);

test("a Service that is deleted turns the way to it red, within seconds", async () => {
  await kubernetes("DELETE", "/api/v1/namespaces/default/services/details");
  await eventually(async () => {
    const { nodes } = await topology();
    expect(nodes.find(({ id }) => id === "service:default/details:9080")).toMatchObject({
      state: "error",
      detail: "Service default/details does not exist",
    });
    expect(nodes.filter(({ type, state }) => type === "route" && state === "error")).not.toEqual([]);
  });
});
