import { resources } from "@fairlead/kubernetes";
import type { Condition, Gateway, GRPCRoute } from "@fairlead/kubernetes-types";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Operator } from "./operator.ts";
import { gateway, httpRoute, service } from "./testing/objects.ts";
import { TestApiServer } from "./testing/test-api-server.ts";

// What conformance tests of Gateway API ask of a controller that writes status, under their names.
let server: TestApiServer;
let operator: Operator;

beforeAll(async () => {
  server = await TestApiServer.start();
  operator = await server.operator();
  await server.put(resources.services, service());
});

afterAll(async () => {
  await operator?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const inDefault = (name: string) => ({ namespace: "default", name });
const getGateway = (name: string) => server.client.get(resources.gateways, inDefault(name));
const getRoute = (name: string) => server.client.get(resources.httpRoutes, inDefault(name));

/** Conditions by type, once all that are ours speak of the generation. */
function summary(conditions: readonly Condition[] | undefined, generation: number | undefined): Record<string, string> {
  const ours = (conditions ?? []).filter(({ type }) => !type.startsWith("example.com/"));
  expect(ours.length).toBeGreaterThan(0);
  for (const { observedGeneration } of ours) expect(observedGeneration).toBe(generation);
  return Object.fromEntries(ours.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

async function settled(name: string): Promise<Gateway> {
  return eventually(async () => {
    const found = await getGateway(name);
    const { generation } = found.metadata;
    expect(summary(found.status?.conditions, generation).Programmed).toBe("True Programmed");
    expect(found.status?.listeners?.map((listener) => listener.name)).toEqual(
      found.spec.listeners.map((listener) => listener.name),
    );
    for (const { conditions } of found.status?.listeners ?? []) summary(conditions, generation);
    return found;
  });
}

test("GatewayClassObservedGenerationBump", async () => {
  const name = { name: "fairlead" };
  const before = await eventually(async () => {
    const found = await server.client.get(resources.gatewayClasses, name);
    expect(summary(found.status?.conditions, found.metadata.generation).Accepted).toBe("True Accepted");
    return found;
  });
  await server.client.patch(resources.gatewayClasses, name, { spec: { description: "Gateways of this test" } });
  await eventually(async () => {
    const { metadata, spec, status } = await server.client.get(resources.gatewayClasses, name);
    expect(metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
    expect(spec.description).toBe("Gateways of this test");
    summary(status?.conditions, metadata.generation);
  });
});

test("GatewayObservedGenerationBump, GatewayModifyListeners", async () => {
  const http = { name: "http", port: 80, protocol: "HTTP" };
  const more = { name: "more", port: 8080, protocol: "HTTP", hostname: "data.test.example" };
  await server.put(resources.gateways, gateway("modify", { listeners: [http] }));
  const first = await settled("modify");
  await server.put(resources.httpRoutes, httpRoute("modify", "modify"));
  await server.put(resources.gateways, gateway("modify", { listeners: [http, more] }));
  await eventually(async () => {
    const { metadata, status } = await settled("modify");
    expect(metadata.generation).toBe((first.metadata.generation ?? 0) + 1);
    expect(status?.listeners?.map(({ name, attachedRoutes }) => [name, attachedRoutes])).toEqual([
      ["http", 1],
      ["more", 0],
    ]);
    expect(status?.addresses).toEqual(first.status?.addresses);
  });
  await server.put(resources.gateways, gateway("modify", { listeners: [more] }));
  await eventually(async () => {
    const { status } = await settled("modify");
    expect(status?.listeners).toMatchObject([{ name: "more", attachedRoutes: 0 }]);
    const { spec } = await server.client.get(resources.services, inDefault("cilium-gateway-modify"));
    expect(spec?.ports?.map(({ port }) => port)).toEqual([8080]);
  });
});

test("GatewayPreserveForeignConditions", async () => {
  await server.put(resources.gateways, gateway("foreign"));
  const { metadata, status: before } = await settled("foreign");
  const condition: Condition = {
    type: "example.com/Seeded",
    status: "True",
    reason: "Seeded",
    message: "",
    observedGeneration: metadata.generation ?? 0,
    lastTransitionTime: "2026-01-02T03:04:05Z",
  };
  const status = {
    conditions: [...(before?.conditions ?? []), condition],
    listeners: (before?.listeners ?? []).map((one) => ({ ...one, conditions: [...(one.conditions ?? []), condition] })),
  };
  await server.client.patch(resources.gateways, inDefault("foreign"), { status }, { subresource: "status" });
  await server.put(
    resources.gateways,
    gateway("foreign", { listeners: [{ name: "http", port: 80, protocol: "HTTP", hostname: "second.example" }] }),
  );
  await eventually(async () => {
    const found = await settled("foreign");
    expect(found.metadata.generation).toBe((metadata.generation ?? 0) + 1);
    expect(found.status?.conditions).toContainEqual(condition);
    expect(found.status?.listeners?.[0]?.conditions).toContainEqual(condition);
  });
});

test("GatewayInfrastructureMetadata", async () => {
  const infrastructure = { labels: { key2: "value2" }, annotations: { key1: "value1" } };
  await server.put(resources.gateways, gateway("infrastructure", { infrastructure }));
  await settled("infrastructure");
  const { metadata } = await server.client.get(resources.services, inDefault("cilium-gateway-infrastructure"));
  expect(metadata.labels).toMatchObject({ key2: "value2", "gateway.networking.k8s.io/gateway-name": "infrastructure" });
  expect(metadata.annotations).toMatchObject({ key1: "value1" });
});

test("GatewayNameMaximumLength", async () => {
  const names = [`long-${"a".repeat(248)}`, `${"a.".repeat(100)}b`, "a.b", "a-b"];
  for (const name of names) await server.put(resources.gateways, gateway(name));
  for (const name of names) await settled(name);
  const { items } = await server.client.list(resources.services);
  const owned = items.filter(({ metadata }) => names.includes(metadata.ownerReferences?.[0]?.name ?? ""));
  expect(owned).toHaveLength(names.length);
  for (const { metadata } of owned) {
    expect(metadata.name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
    for (const value of Object.values(metadata.labels ?? {})) expect(value.length).toBeLessThanOrEqual(63);
  }
});

test("GatewayStaticAddresses", async () => {
  const usable = { type: "IPAddress", value: "127.77.0.60" };
  const unusable = { type: "IPAddress", value: "192.0.2.1" };
  const unknown = { type: "test/fake-invalid-type", value: "fake" };
  await server.put(resources.gateways, gateway("static", { addresses: [unknown, unusable, usable] }));
  await eventually(async () => {
    const { status, metadata } = await getGateway("static");
    expect(summary(status?.conditions, metadata.generation).Accepted).toBe("False UnsupportedAddress");
  });
  await server.put(resources.gateways, gateway("static", { addresses: [unusable, usable] }));
  await eventually(async () => {
    const { status, metadata } = await getGateway("static");
    expect(summary(status?.conditions, metadata.generation)).toEqual({
      Accepted: "True Accepted",
      Programmed: "False AddressNotUsable",
    });
  });
  await server.put(resources.gateways, gateway("static", { addresses: [usable] }));
  await eventually(async () => expect((await settled("static")).status?.addresses).toEqual([usable]));
});

test("GatewayOptionalAddressValue", async () => {
  await server.put(resources.gateways, gateway("optional", { addresses: [{ type: "IPAddress" }] }));
  const { status } = await settled("optional");
  expect(status?.addresses).toMatchObject([{ type: "IPAddress", value: expect.stringMatching(/^127\.77\.0\.\d+$/) }]);
});

test("HTTPRouteObservedGenerationBump", async () => {
  await server.put(resources.gateways, gateway("bump"));
  await server.put(resources.httpRoutes, httpRoute("bump", "bump"));
  const conditions = async () => {
    const { metadata, status } = await getRoute("bump");
    expect(summary(status?.parents[0]?.conditions, metadata.generation).Accepted).toBe("True Accepted");
    return metadata.generation ?? 0;
  };
  const before = await eventually(conditions);
  await server.put(resources.httpRoutes, httpRoute("bump", "bump", { method: "GET" }));
  await eventually(async () => expect(await conditions()).toBe(before + 1));
});

test("HTTPRoutePreserveForeignStatus", async () => {
  await server.put(resources.gateways, gateway("ours"));
  const two = (path: string) => {
    const route = httpRoute("two-parents", "ours", { path: { type: "PathPrefix", value: path } });
    return { ...route, spec: { ...route.spec, parentRefs: [{ name: "ours" }, { name: "unmanaged" }] } };
  };
  const { metadata } = await server.put(resources.httpRoutes, two("/"));
  await eventually(async () => expect((await getRoute("two-parents")).status?.parents).toHaveLength(1));
  const foreign = {
    parentRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "unmanaged", namespace: "default" },
    controllerName: "example.com/other",
    conditions: [
      {
        type: "Accepted",
        status: "True",
        reason: "Accepted",
        message: "",
        observedGeneration: metadata.generation,
        lastTransitionTime: "2026-01-02T03:04:05Z",
      },
    ],
  };
  const ours = (await getRoute("two-parents")).status?.parents ?? [];
  const status = { parents: [...ours, foreign] };
  await server.client.patch(resources.httpRoutes, inDefault("two-parents"), { status }, { subresource: "status" });
  await server.put(resources.httpRoutes, two("/updated"));
  await eventually(async () => {
    const found = await getRoute("two-parents");
    expect(found.status?.parents).toHaveLength(2);
    expect(summary(found.status?.parents[0]?.conditions, found.metadata.generation).Accepted).toBe("True Accepted");
    expect(found.status?.parents[1]).toEqual(foreign);
  });
});

test("the status of a GRPCRoute tells what became of it, with the generation it speaks of", async () => {
  await server.put(resources.gateways, gateway("grpc"));
  const route = (service: string): GRPCRoute => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GRPCRoute",
    metadata: { name: "calls", namespace: "default" },
    spec: {
      parentRefs: [{ name: "grpc" }],
      rules: [{ matches: [{ method: { service: "a.A" } }], backendRefs: [{ name: service, port: 80 }] }],
    },
  });
  const conditions = async () => {
    const { metadata, status } = await server.client.get(resources.grpcRoutes, inDefault("calls"));
    expect(status?.parents).toHaveLength(1);
    return summary(status?.parents[0]?.conditions, metadata.generation);
  };
  await server.put(resources.grpcRoutes, route("nowhere"));
  await eventually(async () =>
    expect(await conditions()).toEqual({
      Accepted: "True Accepted",
      ResolvedRefs: "False BackendNotFound",
      Programmed: "True Programmed",
    }),
  );
  await server.put(resources.grpcRoutes, route("web"));
  await eventually(async () => expect((await conditions()).ResolvedRefs).toBe("True ResolvedRefs"));
  await eventually(async () => expect((await settled("grpc")).status?.listeners?.[0]?.attachedRoutes).toBe(1));
});
