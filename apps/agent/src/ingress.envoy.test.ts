import { INGRESS_CLASS, type Ingress, type IngressClass } from "@fairlead/kubernetes-types";
import { expect, test } from "vitest";
import { echo, get } from "./testing/http.ts";
import { present, service } from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const soon = { timeout: 20_000, interval: 20 };
const key = "networking.k8s.io/Ingress/default/web";

const ingressClass: IngressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: INGRESS_CLASS.class },
  spec: { controller: INGRESS_CLASS.controller },
};

function ingress(addresses: readonly string[], generation: number): Ingress {
  const backend = { service: { name: "one", port: { number: 80 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web", namespace: "default", generation, creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: {
      ingressClassName: INGRESS_CLASS.class,
      rules: [{ http: { paths: [{ path: "/details", pathType: "Prefix", backend }] } }],
    },
    status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) } },
  };
}

test("an Ingress is in use once it has an address and Envoy listens there", async () => {
  await using one = await echo("one");
  await using node = await TestNode.create({ portOffset: 20_000 });
  node.apply(...present(ingressClass, ...service("one", one.port), ingress([], 1)));
  await node.serve();
  await node.envoy();
  expect(node.state(key)).toBe("pending");
  node.apply(...present(ingress(["127.219.0.5"], 1)));
  await expect.poll(() => node.state(key), soon).toBe("proxied");
  expect(await get(20_080, "any.test", "/details/1", "127.219.0.5")).toBe("200 one");
  expect(await get(20_080, "any.test", "/other", "127.219.0.5")).toBe("404");
});
