import { request } from "node:http";
import { request as secureRequest } from "node:https";
import { INGRESS_CLASS, type Ingress, type IngressClass, type Node, type Secret } from "@fairlead/kubernetes-types";
import type { HostNetwork } from "@fairlead/mesh-model";
import { freePort, selfSigned } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { echo, get } from "./testing/http.ts";
import {
  absent,
  gateway,
  gatewayClass,
  gatewayKey,
  httpRoute,
  present,
  routeKey,
  service,
  toService,
} from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const soon = { timeout: 20_000, interval: 20 };
const patient = { timeout: 60_000 };

const machine = (name: string, address: string, labels: Readonly<Record<string, string>> = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
  status: { addresses: [{ type: "InternalIP", address }] },
});

function onNode(name: string, parts: Partial<HostNetwork> = {}) {
  const ingresses = { matchLabels: {}, sharedListenerPort: 8080 };
  return { hostNetwork: { gateways: { matchLabels: {} }, ingresses, ...parts, nodes: { name } } };
}

/** A Gateway as users write it: nobody gave it an address. */
function bare(name: string, port: number, created = "2026-01-01T00:00:00Z") {
  const object = gateway(name, port, { addresses: [] });
  return { ...object, metadata: { ...object.metadata, creationTimestamp: created } };
}

test("a Gateway without an address answers on the address of every node", patient, async () => {
  await using one = await echo("one");
  await using first = await TestNode.create(onNode("n1"));
  await using second = await TestNode.create(onNode("n2"));
  const port = await freePort();
  const objects = [gatewayClass(), bare("gw", port), ...service("one", one.port)];
  const nodes = [
    { node: first, own: machine("n1", "127.77.201.1"), address: "127.77.201.1" },
    { node: second, own: machine("n2", "127.77.201.2"), address: "127.77.201.2" },
  ];
  for (const { node, own } of nodes) {
    node.apply(...present(own, ...objects, httpRoute("r", "a.test", [toService("one")])));
    await node.serve();
    await node.envoy();
  }
  for (const { node, address } of nodes) {
    await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
    expect(node.state(gatewayKey("gw"))).toBe("proxied");
    expect(await get(port, "a.test", "/", address)).toBe("200 one");
  }
});

test("listeners move with the node's address", patient, async () => {
  await using one = await echo("one");
  await using node = await TestNode.create(onNode("n1"));
  const port = await freePort();
  const objects = [gatewayClass(), bare("gw", port), ...service("one", one.port)];
  node.apply(...present(machine("n1", "127.77.202.1"), ...objects, httpRoute("r", "a.test", [toService("one")])));
  await node.serve();
  await node.envoy();
  await expect.poll(() => get(port, "a.test", "/", "127.77.202.1"), soon).toBe("200 one");
  node.apply(...present(machine("n1", "127.77.202.2")));
  await expect.poll(() => get(port, "a.test", "/", "127.77.202.2"), soon).toBe("200 one");
  await expect.poll(() => get(port, "a.test", "/", "127.77.202.1"), soon).toBe("no answer");
  expect(node.state(gatewayKey("gw"))).toBe("proxied");
});

// Guarantee: two owners of one port never meet in Envoy, and the port is never closed between them.
test(
  "the younger of two Gateways waits for the port, and takes it over without a refused connection",
  patient,
  async () => {
    await using one = await echo("one");
    await using two = await echo("two");
    await using node = await TestNode.create(onNode("n1"));
    const port = await freePort();
    const address = "127.77.203.1";
    node.apply(
      ...present(
        machine("n1", address),
        gatewayClass(),
        bare("old", port),
        bare("new", port, "2026-01-02T00:00:00Z"),
        ...service("one", one.port),
        ...service("two", two.port),
        httpRoute("r1", "a.test", [toService("one")], { gateway: "old" }),
        httpRoute("r2", "a.test", [toService("two")], { gateway: "new" }),
      ),
    );
    await node.serve();
    await node.envoy();
    await expect.poll(() => get(port, "a.test", "/", address), soon).toBe("200 one");
    await expect
      .poll(() => node.state(gatewayKey("new")), soon)
      .toBe("rejected: spec.listeners[0].port PortUnavailable");
    expect(node.state(gatewayKey("old"))).toBe("proxied");
    expect(node.events.filter(({ type }) => type === "nacked")).toEqual([]);

    const answers: string[] = [];
    node.apply(...absent(gatewayKey("old")));
    await expect
      .poll(async () => {
        const answer = await get(port, "a.test", "/", address);
        answers.push(answer);
        return answer;
      }, soon)
      .toBe("200 two");
    expect(answers).not.toContain("no answer");
    await expect.poll(() => node.state(gatewayKey("new")), soon).toBe("proxied");
    expect(node.events.filter(({ type }) => type === "nacked")).toEqual([]);
  },
);

test("a node that is not selected listens to nothing, and is done with what others serve", patient, async () => {
  await using one = await echo("one");
  await using node = await TestNode.create(onNode("n1", { gateways: { matchLabels: { edge: "yes" } } }));
  const port = await freePort();
  const address = "127.77.204.1";
  const objects = [gatewayClass(), bare("gw", port), ...service("one", one.port)];
  node.apply(...present(machine("n1", address), ...objects, httpRoute("r", "a.test", [toService("one")])));
  await node.serve();
  await node.envoy();
  await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
  expect(node.state(gatewayKey("gw"))).toBe("proxied");
  expect(await get(port, "a.test", "/", address)).toBe("no answer");
  node.apply(...present(machine("n1", address, { edge: "yes" })));
  await expect.poll(() => get(port, "a.test", "/", address), soon).toBe("200 one");
  node.apply(...present(machine("n1", address)));
  await expect.poll(() => get(port, "a.test", "/", address), soon).toBe("no answer");
  await expect.poll(() => node.state(gatewayKey("gw")), soon).toBe("proxied");
});

const ingressClass: IngressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: INGRESS_CLASS.class },
  spec: { controller: INGRESS_CLASS.controller },
};

/** An Ingress of one host with TLS and of one without. */
function ingress(name: string, annotations: Readonly<Record<string, string>> = {}): Ingress {
  const paths = [
    { path: "/", pathType: "Prefix" as const, backend: { service: { name: "one", port: { number: 80 } } } },
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "default", generation: 1, creationTimestamp: "2026-01-01T00:00:00Z", annotations },
    spec: {
      ingressClassName: INGRESS_CLASS.class,
      tls: [{ hosts: ["safe.test"], secretName: "cert" }],
      rules: [
        { host: "safe.test", http: { paths } },
        { host: "plain.test", http: { paths } },
      ],
    },
  };
}

function certificate(host: string): Secret {
  const { chain, key } = selfSigned(host, ["rsa:2048"]);
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "cert", namespace: "default", uid: "cert" },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(chain), "tls.key": base64(key) },
  };
}

/** Status of a GET over TLS; `no answer` when the handshake fails. */
function getSecure(port: number, host: string, address: string): Promise<string> {
  const options = { host: address, port, servername: host, headers: { host }, rejectUnauthorized: false, agent: false };
  return new Promise((resolve) => {
    secureRequest(options, (response) => {
      response.resume();
      resolve(`${response.statusCode}`);
    })
      .on("error", () => resolve("no answer"))
      .end();
  });
}

/** Where plain HTTP sends a client. */
function location(port: number, host: string, address: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: address, port, path: "/x", headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.headers.location);
    })
      .on("error", reject)
      .end();
  });
}

test("Ingresses have HTTP and HTTPS on one port of the node, and redirects name it", patient, async () => {
  await using one = await echo("one");
  const port = await freePort();
  const own = await freePort();
  const address = "127.77.205.1";
  await using node = await TestNode.create(onNode("n1", { ingresses: { matchLabels: {}, sharedListenerPort: port } }));
  const dedicated = {
    "ingress.cilium.io/loadbalancer-mode": "dedicated",
    "ingress.cilium.io/host-listener-port": `${own}`,
  };
  node.apply(
    ...present(
      machine("n1", address),
      ingressClass,
      certificate("safe.test"),
      ...service("one", one.port),
      ingress("web"),
      ingress("apart", dedicated),
      ingress("zz-late", { ...dedicated, "ingress.cilium.io/host-listener-port": `${port}` }),
    ),
  );
  await node.serve();
  await node.envoy();
  for (const at of [port, own]) {
    await expect.poll(() => get(at, "plain.test", "/", address), soon).toBe("200 one");
    await expect.poll(() => getSecure(at, "safe.test", address), soon).toBe("200");
    expect(await getSecure(at, "other.test", address)).toBe("no answer");
    expect(await location(at, "safe.test", address)).toBe(`https://safe.test:${at}/x`);
  }
  for (const name of ["web", "apart"]) {
    await expect.poll(() => node.state(`networking.k8s.io/Ingress/default/${name}`), soon).toBe("proxied");
  }
  expect(node.state("networking.k8s.io/Ingress/default/zz-late")).toBe(
    "rejected: metadata.annotations[ingress.cilium.io/host-listener-port] PortUnavailable",
  );
});
