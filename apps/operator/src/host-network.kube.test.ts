import { resources } from "@fairlead/kubernetes";
import type { Condition, Node } from "@fairlead/kubernetes-types";
import { eventually, kubeApiserverMissing } from "@fairlead/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Operator } from "./operator.ts";
import { gateway, ingress } from "./testing/objects.ts";
import { TestApiServer } from "./testing/test-api-server.ts";

const onNodes = {
  FAIRLEAD_GATEWAY_HOST_NETWORK: "true",
  FAIRLEAD_GATEWAY_HOST_NETWORK_NODES: "kubernetes.io/os=linux",
  FAIRLEAD_INGRESS_HOST_NETWORK: "true",
  FAIRLEAD_INGRESS_HOST_NETWORK_NODES: "kubernetes.io/os=linux,edge=yes",
};

let server: TestApiServer;
let operator: Operator;
let stack: AsyncDisposableStack;

beforeEach(() => {
  stack = new AsyncDisposableStack();
});

afterEach(() => stack[Symbol.asyncDispose]());

async function start(): Promise<void> {
  server = stack.use(await TestApiServer.start());
  operator = stack.use(await server.operator(onNodes));
}

const inDefault = (name: string) => ({ namespace: "default", name });
const getGateway = (name: string) => server.client.get(resources.gateways, inDefault(name));
const getIngress = (name: string) => server.client.get(resources.ingresses, inDefault(name));
const addresses = async (name: string) => (await getGateway(name)).status?.addresses?.map(({ value }) => value);
const ips = async (name: string) => ((await getIngress(name)).status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
const reasons = (conditions: readonly Condition[] | undefined) =>
  Object.fromEntries((conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]));

async function putNode(name: string, address: string, parts: { ready?: string; beat?: string; edge?: boolean } = {}) {
  const metadata = { name, labels: { "kubernetes.io/os": "linux", ...(parts.edge && { edge: "yes" }) } };
  await server.put<Node>(resources.nodes, { apiVersion: "v1", kind: "Node", metadata });
  const status = {
    addresses: [
      { type: "InternalIP", address },
      { type: "Hostname", address: name },
    ],
    conditions: [
      { type: "Ready", status: parts.ready ?? "True", lastHeartbeatTime: parts.beat ?? "2026-01-01T00:00:00Z" },
    ],
  };
  const options = { fieldManager: "kubelet", force: true };
  await server.client.applyStatus(
    resources.nodes,
    { apiVersion: "v1", kind: "Node", metadata: { name }, status },
    options,
  );
}

/** Statuses written so far. */
async function writes(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${operator.adminPort}/metrics`)).text();
  const counts = text.matchAll(/^fairlead_operator_status_writes_total\{kind="\w+"\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

test("Gateways and Ingresses have the addresses of ready nodes, and follow them, not their heartbeats", async () => {
  await start();
  await putNode("n2", "192.0.2.2", { edge: true });
  await putNode("n1", "192.0.2.1");
  await putNode("n3", "192.0.2.3", { ready: "False", edge: true });
  await server.put(resources.gateways, gateway("web"));
  await server.put(resources.ingresses, ingress("shop"));
  await eventually(async () => {
    expect(await addresses("web")).toEqual(["192.0.2.1", "192.0.2.2"]);
    expect(await ips("shop")).toEqual(["192.0.2.2"]);
  });
  expect(reasons((await getGateway("web")).status?.conditions)).toEqual({
    Accepted: "True Accepted",
    Programmed: "True Programmed",
  });
  const service = await server.client.get(resources.services, inDefault("cilium-gateway-web"));
  expect(service.spec).toMatchObject({ type: "ClusterIP", ports: [{ name: "port-80", port: 80 }] });
  expect(service.status?.loadBalancer?.ingress ?? []).toEqual([]);

  const before = await writes();
  for (let i = 1; i < 4; i++) await putNode("n1", "192.0.2.1", { beat: `2026-01-01T00:0${i}:00Z` });
  await putNode("n3", "192.0.2.3", { edge: true });
  await eventually(async () => {
    expect(await addresses("web")).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    expect(await ips("shop")).toEqual(["192.0.2.2", "192.0.2.3"]);
  });
  expect((await writes()) - before).toBe(2);

  await server.client.delete(resources.nodes, { name: "n2" });
  await putNode("n3", "192.0.2.3", { ready: "Unknown", edge: true });
  await eventually(async () => {
    expect(await addresses("web")).toEqual(["192.0.2.1"]);
    expect(await ips("shop")).toEqual([]);
  });
  await putNode("n1", "192.0.2.1", { ready: "False" });
  await eventually(async () =>
    expect(reasons((await getGateway("web")).status?.conditions).Programmed).toBe("False AddressNotAssigned"),
  );
});

test("who comes later to a port is told who has it, and gets it when that one goes", async () => {
  await start();
  await putNode("n1", "192.0.2.1", { edge: true });
  await server.put(resources.gateways, gateway("a-old"));
  const both = [
    { name: "http", port: 80, protocol: "HTTP" },
    { name: "alt", port: 8081, protocol: "HTTP" },
    { name: "metrics", port: 9964, protocol: "HTTP" },
  ];
  await server.put(resources.gateways, gateway("b-new", { listeners: both }));
  const listener = async (name: string) =>
    (await getGateway("b-new")).status?.listeners?.find((candidate) => candidate.name === name)?.conditions;
  const accepted = async (name: string) => (await listener(name))?.find(({ type }) => type === "Accepted");
  await eventually(async () => {
    expect(await accepted("http")).toMatchObject({
      status: "False",
      reason: "PortUnavailable",
      message: "Port 80 of the nodes is in use by Gateway default/a-old, which is older",
    });
    expect(await accepted("metrics")).toMatchObject({
      status: "False",
      reason: "PortUnavailable",
      message: "Port 9964 of the nodes is reserved: Envoy, with its metrics, listens there",
    });
    expect(await accepted("alt")).toMatchObject({ status: "True" });
    expect(await addresses("b-new")).toEqual(["192.0.2.1"]);
  });
  await server.client.delete(resources.gateways, inDefault("a-old"));
  await eventually(async () => {
    expect(reasons(await listener("http"))).toMatchObject({ Accepted: "True Accepted", Programmed: "True Programmed" });
  });
});

test("a dedicated Ingress without a port of its own collides with the shared ones, and has no address", async () => {
  await start();
  await putNode("n1", "192.0.2.1", { edge: true });
  const dedicated = { "ingress.cilium.io/loadbalancer-mode": "dedicated" };
  await server.put(resources.ingresses, ingress("a-shared"));
  await server.put(resources.ingresses, ingress("b-late", dedicated));
  await server.put(
    resources.ingresses,
    ingress("c-own", { ...dedicated, "ingress.cilium.io/host-listener-port": "8085" }),
  );
  await eventually(async () => {
    expect(await ips("a-shared")).toEqual(["192.0.2.1"]);
    expect(await ips("c-own")).toEqual(["192.0.2.1"]);
  });
  expect(await ips("b-late")).toEqual([]);
  const own = await server.client.get(resources.services, inDefault("cilium-ingress-c-own"));
  expect(own.spec?.type).toBe("ClusterIP");
  await server.client.delete(resources.ingresses, inDefault("a-shared"));
  await eventually(async () => expect(await ips("b-late")).toEqual(["192.0.2.1"]));
});

test("an address asked for that is no node's is refused", async () => {
  await start();
  await putNode("n1", "192.0.2.1", { edge: true });
  await server.put(resources.gateways, gateway("web", { addresses: [{ type: "IPAddress", value: "192.0.2.99" }] }));
  await eventually(async () => {
    const { status } = await getGateway("web");
    expect(status?.conditions?.find(({ type }) => type === "Programmed")).toMatchObject({
      status: "False",
      reason: "AddressNotUsable",
      message: "Gateways listen on the nodes' own addresses, and 192.0.2.99 is none of them",
    });
  });
});

const missing = kubeApiserverMissing();
const skipped = missing === undefined ? "" : ` (skipped: ${missing})`;

// Guarantee: what a pool gave is taken back when listeners move to the nodes, with the API server's own rules for Services.
test.skipIf(missing !== undefined)(
  `Services of a pool become names alone on a real API server${skipped}`,
  { timeout: 120_000 },
  async () => {
    server = stack.use(await TestApiServer.startReal());
    await putNode("n1", "192.0.2.1", { edge: true });
    await server.put(resources.gateways, gateway("web"));
    await server.put(resources.ingresses, ingress("shop"));
    const before = await server.operator();
    await eventually(async () => {
      expect(await addresses("web")).toEqual([expect.stringMatching(/^127\.77\./)]);
      expect(await ips("shop")).toEqual([expect.stringMatching(/^127\.77\./)]);
    });
    await before[Symbol.asyncDispose]();
    stack.use(await server.operator(onNodes));
    await eventually(async () => {
      expect(await addresses("web")).toEqual(["192.0.2.1"]);
      expect(await ips("shop")).toEqual(["192.0.2.1"]);
    });
    for (const name of ["cilium-gateway-web", "cilium-ingress"]) {
      const { spec, status } = await server.client.get(resources.services, inDefault(name));
      expect(spec?.type).toBe("ClusterIP");
      expect(spec?.ports?.map(({ nodePort }) => nodePort).filter(Boolean)).toEqual([]);
      expect(status?.loadBalancer).toEqual({});
    }
  },
);
