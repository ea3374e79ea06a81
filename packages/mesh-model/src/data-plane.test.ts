import { expect, test } from "vitest";
import { type DataPlane, settingsFrom } from "./data-plane.ts";
import { assumeNodes } from "./match/assume-nodes.ts";
import { MeshIndex } from "./mesh-index.ts";
import { additions, loadObjects, TESTDATA } from "./testing/load-objects.ts";

const plane: DataPlane = {
  kind: "bundled",
  ciliumClasses: false,
  ingress: { forceHttps: true, loadBalancerMode: "shared" },
  secretNamespaces: null,
  hostNetwork: {
    gateways: { matchLabels: { edge: "yes" } },
    ingresses: { matchLabels: {}, sharedListenerPort: 8081 },
    envoyMetricsPort: 9000,
  },
};

test("what is told is what operator and agents are told", () => {
  const { classes, hostNetwork } = settingsFrom(plane);
  expect(classes.gatewayControllers).toEqual(["fairlead.dev/gateway-controller"]);
  expect(hostNetwork).toMatchObject({
    gateways: { matchLabels: { edge: "yes" } },
    ingresses: { matchLabels: {}, sharedListenerPort: 8081 },
    nodes: "ready",
    reservedPorts: { 9000: "Envoy, with its metrics," },
  });
  expect(settingsFrom({ ...plane, ciliumClasses: true }).classes.ingressControllers).toHaveLength(2);
});

test("a Cilium answers for its own classes alone; of what is not known all are answered for", () => {
  const none = { gateways: null, ingresses: null, envoyMetricsPort: 9964 };
  const cilium = settingsFrom({ ...plane, kind: "cilium", hostNetwork: none });
  expect(cilium.classes.gatewayControllers).toEqual(["io.cilium/gateway-controller"]);
  expect(cilium.hostNetwork).toBeUndefined();
  expect(settingsFrom(undefined).classes.gatewayControllers).toHaveLength(2);
});

test("a certificate that may not be read is not taken for good; nodes that nobody has told of are assumed", () => {
  const objects = additions(loadObjects(`${TESTDATA}/base.yaml`));
  const gateway = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "secure", namespace: "web" },
    spec: {
      gatewayClassName: "fairlead",
      listeners: [{ name: "https", port: 443, protocol: "HTTPS", tls: { certificateRefs: [{ name: "cert" }] } }],
    },
  };
  const listenerWith = (secretNamespaces: DataPlane["secretNamespaces"]) => {
    const settings = settingsFrom({ ...plane, secretNamespaces });
    const index = new MeshIndex(settings);
    index.apply([
      ...objects,
      { key: "gateway.networking.k8s.io/Gateway/web/secure", object: gateway },
      ...(settings.hostNetwork ? assumeNodes(settings.hostNetwork) : []).map((object) => ({
        key: `/Node//${object.metadata.name}`,
        object,
      })),
    ]);
    const view = index.gateway("web/secure");
    return [view?.serving.addresses, view?.serving.listeners[0]?.resolvedRefs.status];
  };
  expect(listenerWith(["web"])).toEqual([["192.0.2.254"], "True"]);
  expect(listenerWith([])).toEqual([["192.0.2.254"], "False"]);
});
