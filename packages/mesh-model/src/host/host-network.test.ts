import { globSync } from "node:fs";
import { basename } from "node:path";
import { type KubernetesObject, objectKey } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { MeshIndex } from "../mesh-index.ts";
import { controllerClasses } from "../settings.ts";
import { gatewayStatus } from "../status/gateway-status.ts";
import { isGateway } from "../testing/kinds.ts";
import { additions, loadObjects, TESTDATA } from "../testing/load-objects.ts";
import { type HostNetwork, RESERVED_HOST_PORTS } from "./host-network.ts";
import { nodeFacts } from "./node-facts.ts";

const base = loadObjects(`${TESTDATA}/base.yaml`);

function indexWith(nodes: HostNetwork["nodes"], edge: Record<string, string> = {}): MeshIndex {
  const ingresses = { matchLabels: edge, sharedListenerPort: 8080 };
  const hostNetwork = { gateways: { matchLabels: {} }, ingresses, nodes };
  return new MeshIndex({ classes: controllerClasses(), hostNetwork });
}

const idOf = ({ metadata }: KubernetesObject) => `${metadata.namespace}/${metadata.name}`;

// What a node binds (`sockets`) and what the operator tells of it (`status`) come of one computation.
describe("golden files", () => {
  for (const path of globSync(`${TESTDATA}/host-network/*.in.yaml`).sort()) {
    const name = basename(path, ".in.yaml");
    test(name, async () => {
      const own = loadObjects(path);
      const objects = [...base, ...own];
      const edge = name === "other-nodes" ? { edge: "yes" } : {};
      const [node, operator] = [indexWith({ name: "n1" }, edge), indexWith("ready", edge)];
      for (const index of [node, operator]) expect(index.apply(additions(objects)).malformed).toEqual([]);
      const faults = (index: MeshIndex) =>
        Object.fromEntries(
          objects.map(objectKey).flatMap((key) => (index.faults(key).length > 0 ? [[key, index.faults(key)]] : [])),
        );
      expect(faults(node)).toEqual(faults(operator));
      const status = Object.fromEntries([
        ...objects.filter(isGateway).map((object) => {
          const view = operator.gateway(idOf(object));
          return [
            `Gateway ${idOf(object)}`,
            view && { addresses: view.serving.addresses, ...gatewayStatus(object, view) },
          ];
        }),
        ...own
          .filter(({ kind }) => kind === "Ingress")
          .map((object) => [`Ingress ${idOf(object)}`, operator.ingress(idOf(object))?.addresses]),
      ]);
      const { sockets, tables } = node.model();
      const output = { sockets, tables: tables.map((table) => table.name), status, faults: faults(node) };
      const text = stringify(output, { aliasDuplicateObjects: false, lineWidth: 120 });
      await expect(text).toMatchFileSnapshot(`${TESTDATA}/host-network/${name}.out.yaml`);
    });
  }
});

const node = (name: string, address: string, parts: { ready?: string; heartbeat?: string } = {}) => ({
  apiVersion: "v1" as const,
  kind: "Node" as const,
  metadata: { name },
  status: {
    addresses: [{ type: "InternalIP", address }],
    conditions: [
      { type: "Ready", status: parts.ready ?? "True", lastHeartbeatTime: parts.heartbeat ?? "2026-01-01T00:00:00Z" },
    ],
    nodeInfo: { kubeletVersion: "v1.33.4" },
  },
});

const gateway = (name: string, created: string) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name, namespace: "web", creationTimestamp: created },
  spec: { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 8000, protocol: "HTTP" }] },
});

test("the port passes from owner to owner, and to other addresses, without its socket going away", () => {
  const index = indexWith({ name: "n1" });
  const old = gateway("old", "2026-01-01T00:00:00Z");
  index.apply(additions([...base, node("n1", "192.0.2.1"), old, gateway("new", "2026-01-02T00:00:00Z")]));
  expect(index.model().sockets.find(({ name }) => name === "host:8000")?.chains[0]?.id).toBe("web/old/8000");

  const { sockets } = index.apply([{ key: objectKey(old), object: undefined }]);
  expect(sockets.removals).toEqual([]);
  expect(sockets.upserts.map(({ name, chains }) => [name, chains[0]?.id])).toEqual([["host:8000", "web/new/8000"]]);

  const moved = index.apply(additions([node("n1", "192.0.2.9")]));
  expect(moved.sockets.removals).toEqual([]);
  expect(moved.sockets.upserts.map(({ name, addresses }) => [name, addresses])).toEqual([
    ["host:80", ["192.0.2.9"]],
    ["host:8000", ["192.0.2.9"]],
  ]);
});

test("a Node's heartbeat means nothing; its readiness changes what status tells, and not what the node binds", () => {
  const [status, bound] = [indexWith("ready"), indexWith({ name: "n1" })];
  for (const index of [status, bound]) {
    index.apply(additions([...base, node("n1", "192.0.2.1"), node("n2", "192.0.2.2")]));
    const beat = index.apply(additions([node("n1", "192.0.2.1", { heartbeat: "2026-01-01T00:05:00Z" })]));
    expect(beat.affected).toEqual([]);
    expect(beat.touched).toEqual([]);
  }
  expect(status.hostAddresses("gateways")).toEqual(["192.0.2.1", "192.0.2.2"]);
  const change = additions([node("n1", "192.0.2.1", { ready: "Unknown" })]);
  expect(status.apply(change).affected).toEqual(["gateway.networking.k8s.io/Gateway/infra/same"]);
  expect(status.hostAddresses("gateways")).toEqual(["192.0.2.2"]);
  expect(bound.apply(change).sockets).toEqual({ upserts: [], removals: [] });
});

test("status names at most sixteen addresses", () => {
  const index = indexWith("ready");
  index.apply(additions(Array.from({ length: 40 }, (_, i) => node(`n${i}`, `192.0.2.${100 + i}`))));
  expect(index.hostAddresses("gateways")).toHaveLength(16);
});

test("of a Node only what listeners depend on is kept", () => {
  expect(nodeFacts(node("n1", "192.0.2.1"))).toEqual({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: {
      addresses: [{ type: "InternalIP", address: "192.0.2.1" }],
      conditions: [{ type: "Ready", status: "True" }],
    },
  });
  expect(Object.keys(RESERVED_HOST_PORTS)).not.toContain("443");
});
