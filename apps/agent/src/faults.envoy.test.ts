import type { Ingress, IngressClass, IngressPath } from "@fairlead/kubernetes-types";
import { INGRESS_CLASS } from "@fairlead/kubernetes-types";
import { freePort } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { echo, get } from "./testing/http.ts";
import { gateway, gatewayClass, httpRoute, present, routeKey, service, toService } from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const soon = { timeout: 20_000, interval: 20 };
const INGRESS = "networking.k8s.io/Ingress/default/web";

function ingress(address: string): Ingress {
  const path = (name: string, at: string): IngressPath => ({
    path: at,
    pathType: "Prefix",
    backend: { service: { name, port: { number: 80 } } },
  });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web", namespace: "default", uid: "web", generation: 1 },
    spec: {
      ingressClassName: INGRESS_CLASS.class,
      rules: [{ host: "in.test", http: { paths: [path("here", "/here"), path("late", "/late")] } }],
    },
    status: { loadBalancer: { ingress: [{ ip: address }] } },
  };
}

const ingressClass: IngressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: INGRESS_CLASS.class, uid: "ingress-class" },
  spec: { controller: INGRESS_CLASS.controller },
};

test("a backend that is missing is told, what has one is served, and its coming is enough", async () => {
  await using here = await echo("here");
  await using late = await echo("late");
  await using node = await TestNode.create({ portOffset: 10_000 });
  const port = await freePort();
  const rules = [toService("here", "/here"), toService("late", "/late")];
  const route = httpRoute("mixed", "rt.test", rules);
  node.apply(...present(gatewayClass(), ingressClass, gateway("gw", port), ...service("here", here.port)));
  node.apply(...present(route, ingress("127.0.0.7")));
  await node.serve();
  await node.envoy();

  const missing = "BackendNotFound";
  await expect
    .poll(() => node.state(routeKey("mixed")), soon)
    .toBe(`rejected: spec.rules[1].backendRefs[0] ${missing}`);
  await expect.poll(() => node.state(INGRESS), soon).toBe(`rejected: spec.rules[0].http.paths[1].backend ${missing}`);
  await expect.poll(() => get(port, "rt.test", "/here"), soon).toBe("200 here");
  await expect.poll(() => get(port, "rt.test", "/late"), soon).toBe("500");
  await expect.poll(() => get(10_080, "in.test", "/here", "127.0.0.7"), soon).toBe("200 here");
  expect(await get(10_080, "in.test", "/late", "127.0.0.7")).toBe("503");

  node.apply(...present(...service("late", late.port)));
  await expect.poll(() => node.state(routeKey("mixed")), soon).toBe("proxied");
  await expect.poll(() => node.state(INGRESS), soon).toBe("proxied");
  await expect.poll(() => get(port, "rt.test", "/late"), soon).toBe("200 late");
  await expect.poll(() => get(10_080, "in.test", "/late", "127.0.0.7"), soon).toBe("200 late");
});

test("a parent that does not take a route is told", async () => {
  await using here = await echo("here");
  await using node = await TestNode.create();
  const port = await freePort();
  const listeners = [{ name: "http", port, protocol: "HTTP", hostname: "other.test" }];
  node.apply(...present(gatewayClass(), gateway("gw", port, { listeners }), ...service("here", here.port)));
  node.apply(...present(httpRoute("lost", "rt.test", [toService("here")])));
  await node.serve();
  await node.envoy();
  await expect
    .poll(() => node.state(routeKey("lost")), soon)
    .toBe("rejected: spec.parentRefs[0] NoMatchingListenerHostname");
});
