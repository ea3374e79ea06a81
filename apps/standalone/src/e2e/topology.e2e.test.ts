import { createClient } from "@fairlead/client";
import type { Topology } from "@fairlead/contract";
import { Secret } from "@fairlead/core";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Instance } from "../instance.ts";
import { testInstance } from "./test-instance.ts";

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
