import { isNotFound, resources } from "@fairlead/kubernetes";
import type { Condition, HTTPRoute } from "@fairlead/kubernetes-types";
import { eventually } from "@fairlead/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator } from "./operator.ts";
import { gateway, httpRoute, ingress, service } from "./testing/objects.ts";
import { TestApiServer } from "./testing/test-api-server.ts";

let server: TestApiServer;
let operators: Operator[];

beforeEach(async () => {
  server = await TestApiServer.start();
  operators = [];
});

afterEach(async () => {
  for (const operator of operators) await operator[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Operator> {
  const operator = await server.operator(env);
  operators.push(operator);
  return operator;
}

const inDefault = (name: string) => ({ namespace: "default", name });
const get = {
  gateway: (name: string) => server.client.get(resources.gateways, inDefault(name)),
  route: (name: string) => server.client.get(resources.httpRoutes, inDefault(name)),
  ingress: (name: string) => server.client.get(resources.ingresses, inDefault(name)),
  service: (name: string) => server.client.get(resources.services, inDefault(name)),
};
const summary = (conditions: readonly Condition[] | undefined) =>
  Object.fromEntries((conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]));
const ips = async (name: string) => (await get.ingress(name)).status?.loadBalancer?.ingress?.map(({ ip }) => ip);

async function gatewayAddress(name: string): Promise<string> {
  return eventually(async () => {
    const { status } = await get.gateway(name);
    expect(summary(status?.conditions)).toEqual({ Accepted: "True Accepted", Programmed: "True Programmed" });
    const address = status?.addresses?.[0]?.value;
    expect(address).toMatch(/^127\.77\.0\.\d+$/);
    return address ?? "";
  });
}

/** Statuses written so far, by kind. */
async function statusWrites(operator: Operator): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${operator.adminPort}/metrics`)).text();
  const lines = text.matchAll(/^fairlead_operator_status_writes_total\{kind="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, kind, count]) => [kind, Number(count)]));
}

/** Conditions of our entry once they speak of the present spec. */
function routeConditions(route: HTTPRoute): Record<string, string> {
  const entry = route.status?.parents.find(
    ({ controllerName }) => controllerName === "fairlead.dev/gateway-controller",
  );
  for (const { observedGeneration } of entry?.conditions ?? [])
    expect(observedGeneration).toBe(route.metadata.generation);
  return summary(entry?.conditions);
}

describe("classes", () => {
  test("exist under our name, and under Cilium's when asked", async () => {
    await start({ FAIRLEAD_COMPAT_CILIUM_CLASSES: "true" });
    await eventually(async () => {
      const { items } = await server.client.list(resources.gatewayClasses);
      expect(items.map(({ metadata, spec }) => [metadata.name, spec.controllerName]).sort()).toEqual([
        ["cilium", "io.cilium/gateway-controller"],
        ["fairlead", "fairlead.dev/gateway-controller"],
      ]);
      for (const { metadata, status } of items) {
        expect(summary(status?.conditions)).toEqual({ Accepted: "True Accepted" });
        expect(metadata.labels).toEqual({ "app.kubernetes.io/part-of": "fairlead" });
      }
      const ingressClasses = await server.client.list(resources.ingressClasses);
      expect(ingressClasses.items.map(({ spec }) => spec?.controller).sort()).toEqual([
        "cilium.io/ingress-controller",
        "fairlead.dev/ingress-controller",
      ]);
    });
  });

  test("come back when someone deletes one", async () => {
    await start();
    const fairlead = () => server.client.get(resources.gatewayClasses, { name: "fairlead" });
    const first = await eventually(fairlead);
    await server.client.delete(resources.gatewayClasses, { name: "fairlead" });
    await eventually(async () => expect((await fairlead()).metadata.uid).not.toBe(first.metadata.uid));
  });
});

describe("gateways", () => {
  test("get a Service, an address and the specified conditions with the generation they speak of", async () => {
    await start();
    await server.put(resources.gateways, gateway("web"));
    const address = await gatewayAddress("web");
    const { metadata, spec, status } = await get.service("cilium-gateway-web");
    expect(metadata.ownerReferences).toMatchObject([{ kind: "Gateway", name: "web" }]);
    expect(spec).toMatchObject({ type: "LoadBalancer", ports: [{ name: "port-80", port: 80 }] });
    expect(status?.loadBalancer?.ingress).toEqual([{ ip: address }]);
    const { status: found, metadata: meta } = await get.gateway("web");
    expect(found?.conditions?.map(({ observedGeneration }) => observedGeneration)).toEqual([
      meta.generation,
      meta.generation,
    ]);
    expect(found?.listeners).toMatchObject([
      { name: "http", attachedRoutes: 0, supportedKinds: [{ kind: "HTTPRoute" }, { kind: "GRPCRoute" }] },
    ]);
  });

  test("keep their addresses when the operator restarts, and when their Service is deleted", async () => {
    const first = await start();
    for (const name of ["a", "b", "c"]) await server.put(resources.gateways, gateway(name));
    const before = await Promise.all(["a", "b", "c"].map(gatewayAddress));
    expect(new Set(before).size).toBe(3);
    await first[Symbol.asyncDispose]();
    operators = [];
    await server.client.delete(resources.services, inDefault("cilium-gateway-b"));
    await server.put(resources.gateways, gateway("d"));
    await start();
    const last = await gatewayAddress("d");
    expect(before).not.toContain(last);
    await server.client.delete(resources.services, inDefault("cilium-gateway-c"));
    await eventually(async () => {
      for (const [index, name] of ["a", "b", "c"].entries()) {
        const { status } = await get.service(`cilium-gateway-${name}`);
        expect(status?.loadBalancer?.ingress).toEqual([{ ip: before[index] }]);
      }
    });
    expect(await Promise.all(["a", "b", "c"].map(gatewayAddress))).toEqual(before);
  });

  test("an address asked for is given, or refused with the reason", async () => {
    await start();
    await server.put(resources.gateways, gateway("fixed", { addresses: [{ value: "127.77.0.40" }] }));
    expect(await gatewayAddress("fixed")).toBe("127.77.0.40");
    await server.put(resources.gateways, gateway("late", { addresses: [{ type: "IPAddress", value: "127.77.0.40" }] }));
    await eventually(async () => {
      const { status } = await get.gateway("late");
      expect(summary(status?.conditions).Programmed).toBe("False AddressNotUsable");
      expect(status?.conditions?.find(({ type }) => type === "Programmed")?.message).toBe(
        "The IP '127.77.0.40' is already allocated to another service",
      );
    });
  });

  test("a Service of the name that is someone else's is left alone, and named", async () => {
    await server.put(resources.services, service("cilium-gateway-web"));
    await start();
    await server.put(resources.gateways, gateway("web"));
    await eventually(async () => {
      const { status } = await get.gateway("web");
      expect(status?.conditions?.find(({ type }) => type === "Programmed")).toMatchObject({
        status: "False",
        reason: "AddressNotAssigned",
        message: "Service default/cilium-gateway-web exists and is not ours",
      });
    });
    expect((await get.service("cilium-gateway-web")).spec).toMatchObject({
      type: "ClusterIP",
      ports: [{ name: "http" }],
    });
  });

  test("lose their Service when the class is no longer ours", async () => {
    await start();
    await server.put(resources.gateways, gateway("web"));
    await gatewayAddress("web");
    await server.put(resources.gateways, gateway("web", { gatewayClassName: "other" }));
    await eventually(async () => {
      await expect(get.service("cilium-gateway-web")).rejects.toSatisfy(isNotFound);
    });
  });
});

describe("HTTP routes", () => {
  test("are accepted, counted, and follow the Services they name", async () => {
    await start();
    await server.put(resources.gateways, gateway("web"));
    await server.put(resources.httpRoutes, httpRoute("shop", "web"));
    await eventually(async () =>
      expect(routeConditions(await get.route("shop"))).toEqual({
        Accepted: "True Accepted",
        ResolvedRefs: "False BackendNotFound",
        Programmed: "True Programmed",
      }),
    );
    await server.put(resources.services, service());
    await eventually(async () =>
      expect(routeConditions(await get.route("shop")).ResolvedRefs).toBe("True ResolvedRefs"),
    );
    await eventually(async () => expect((await get.gateway("web")).status?.listeners?.[0]?.attachedRoutes).toBe(1));
    await server.client.delete(resources.httpRoutes, inDefault("shop"));
    await eventually(async () => expect((await get.gateway("web")).status?.listeners?.[0]?.attachedRoutes).toBe(0));
  });

  test("that Envoy would refuse say which field, value and why, and recover", async () => {
    await start();
    await server.put(resources.gateways, gateway("web"));
    await server.put(resources.services, service());
    await server.put(
      resources.httpRoutes,
      httpRoute("bad", "web", { path: { type: "RegularExpression", value: "/a(" } }),
    );
    await server.put(resources.httpRoutes, httpRoute("good", "web"));
    await eventually(async () => {
      const { status } = await get.route("bad");
      const programmed = status?.parents[0]?.conditions?.find(({ type }) => type === "Programmed");
      expect(programmed).toMatchObject({ status: "False", reason: "ProxyRejected" });
      expect(programmed?.message).toMatch(
        /^spec\.rules\[0\]\.matches\[0\]\.path\.value: "\/a\(" is not an RE2 pattern/,
      );
    });
    await eventually(async () => expect(routeConditions(await get.route("good")).Programmed).toBe("True Programmed"));
    await server.put(
      resources.httpRoutes,
      httpRoute("bad", "web", { path: { type: "RegularExpression", value: "/a()" } }),
    );
    await eventually(async () => expect(routeConditions(await get.route("bad")).Programmed).toBe("True Programmed"));
  });

  test("keep what other controllers wrote, in its place, and lose our entry with the parent", async () => {
    await start();
    await server.put(resources.gateways, gateway("web"));
    const route = await server.put(resources.httpRoutes, httpRoute("shop", "web"));
    await eventually(async () => expect((await get.route("shop")).status?.parents).toHaveLength(1));
    const foreign = { parentRef: { name: "theirs" }, controllerName: "example.com/other", conditions: [] };
    const ours = (await get.route("shop")).status?.parents ?? [];
    await server.client.patch(
      resources.httpRoutes,
      inDefault("shop"),
      { status: { parents: [foreign, ...ours] } },
      { subresource: "status" },
    );
    await server.put(resources.httpRoutes, {
      ...httpRoute("shop", "web"),
      spec: { ...route.spec, hostnames: ["new.test"] },
    });
    await eventually(async () => {
      const found = await get.route("shop");
      expect(found.status?.parents.map(({ controllerName }) => controllerName)).toEqual([
        "example.com/other",
        "fairlead.dev/gateway-controller",
      ]);
      expect(routeConditions(found).Accepted).toBe("True Accepted");
    });
    await server.client.delete(resources.gateways, inDefault("web"));
    await eventually(async () => {
      expect((await get.route("shop")).status?.parents.map(({ controllerName }) => controllerName)).toEqual([
        "example.com/other",
      ]);
    });
  });

  test("in great numbers cost one write each, and their Gateway a few for all of them", async () => {
    const operator = await start();
    await server.put(resources.services, service());
    await server.put(resources.gateways, gateway("web"));
    await gatewayAddress("web");
    const before = await statusWrites(operator);
    const names = Array.from({ length: 200 }, (_, index) => `route-${index}`);
    await Promise.all(names.map((name) => server.put(resources.httpRoutes, httpRoute(name, "web"))));
    await eventually(async () => expect((await get.gateway("web")).status?.listeners?.[0]?.attachedRoutes).toBe(200));
    await eventually(async () => expect((await statusWrites(operator)).HTTPRoute).toBe(200));
    const after = await statusWrites(operator);
    expect((after.Gateway ?? 0) - (before.Gateway ?? 0)).toBeLessThan(50);
  });

  test("a status that says all there is to say is not written again", async () => {
    await start();
    await server.put(resources.gateways, gateway("web"));
    await server.put(resources.services, service());
    await server.put(resources.httpRoutes, httpRoute("shop", "web"));
    await gatewayAddress("web");
    await eventually(async () =>
      expect(routeConditions(await get.route("shop")).ResolvedRefs).toBe("True ResolvedRefs"),
    );
    await eventually(async () => expect((await get.gateway("web")).status?.listeners?.[0]?.attachedRoutes).toBe(1));
    const versions = async () => [
      (await get.route("shop")).metadata.resourceVersion,
      (await get.gateway("web")).metadata.resourceVersion,
    ];
    const before = await versions();
    await operators.pop()?.[Symbol.asyncDispose]();
    const second = await start();
    await eventually(async () => {
      expect((await fetch(`http://127.0.0.1:${second.adminPort}/readyz`)).status).toBe(200);
    });
    await server.put(resources.httpRoutes, httpRoute("other", "web"));
    await eventually(async () => expect(routeConditions(await get.route("other")).Programmed).toBe("True Programmed"));
    expect((await versions())[0]).toBe(before[0]);
  });
});

describe("ingresses", () => {
  test("share one address, or have one of their own, and let go of it with the class", async () => {
    await start();
    await server.put(resources.ingresses, ingress("one"));
    await server.put(resources.ingresses, ingress("two"));
    await server.put(resources.ingresses, ingress("alone", { "ingress.cilium.io/loadbalancer-mode": "dedicated" }));
    const shared = await eventually(async () => {
      const found = await ips("one");
      expect(found).toHaveLength(1);
      expect(await ips("two")).toEqual(found);
      return found;
    });
    await eventually(async () => {
      const own = await ips("alone");
      expect(own).toHaveLength(1);
      expect(own).not.toEqual(shared);
      expect((await get.service("cilium-ingress-alone")).metadata.ownerReferences).toMatchObject([{ name: "alone" }]);
    });
    await server.put(resources.ingresses, ingress("alone"));
    await eventually(async () => {
      expect(await ips("alone")).toEqual(shared);
      await expect(get.service("cilium-ingress-alone")).rejects.toSatisfy(isNotFound);
    });
    await server.put(resources.ingresses, ingress("two", {}, "nginx"));
    await eventually(async () => expect((await ips("two")) ?? []).toEqual([]));
    expect(await ips("one")).toEqual(shared);
  });
});

describe("replicas", () => {
  test("take turns: one leads, the next goes on where it stopped", async () => {
    const election = { FAIRLEAD_LEADER_ELECTION: "true" };
    const first = await start(election);
    await server.put(resources.gateways, gateway("web"));
    const address = await gatewayAddress("web");
    await start(election);
    await first[Symbol.asyncDispose]();
    await server.put(resources.gateways, gateway("next"));
    const next = await eventually(() => gatewayAddress("next"), { timeoutMs: 20_000 });
    expect(next).not.toBe(address);
    expect(await gatewayAddress("web")).toBe(address);
  });
});
