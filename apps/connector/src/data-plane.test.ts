import { expect, test } from "vitest";
import { dataPlane } from "./data-plane.ts";
import { readSettings } from "./settings.ts";

const env = { FAIRLEAD_CLOUD_URL: "wss://fairlead.example.com", FAIRLEAD_STATE_DIR: "/state" };

test("is what operator and agents are told", () => {
  const told = dataPlane(
    readSettings({
      ...env,
      FAIRLEAD_COMPAT_CILIUM_CLASSES: "true",
      FAIRLEAD_INGRESS_FORCE_HTTPS: "false",
      FAIRLEAD_INGRESS_LOAD_BALANCER_MODE: "dedicated",
      FAIRLEAD_SECRET_NAMESPACES: "default,shop",
      FAIRLEAD_GATEWAY_HOST_NETWORK: "true",
      FAIRLEAD_GATEWAY_HOST_NETWORK_NODES: "zone=a",
      FAIRLEAD_INGRESS_HOST_NETWORK: "true",
      FAIRLEAD_INGRESS_HOST_NETWORK_PORT: "8888",
    }),
  );
  expect(told).toEqual({
    kind: "bundled",
    ciliumClasses: true,
    ingress: { forceHttps: false, loadBalancerMode: "dedicated" },
    secretNamespaces: ["default", "shop"],
    hostNetwork: {
      gateways: { matchLabels: { zone: "a" } },
      ingresses: { matchLabels: {}, sharedListenerPort: 8888 },
      envoyMetricsPort: 9964,
    },
  });
});

test("without a word: our own, on the addresses of load balancers; no namespace is not all of them", () => {
  expect(dataPlane(readSettings(env))).toEqual({
    kind: "bundled",
    ciliumClasses: false,
    ingress: { forceHttps: true, loadBalancerMode: "shared" },
    secretNamespaces: null,
    hostNetwork: { gateways: null, ingresses: null, envoyMetricsPort: 9964 },
  });
  expect(dataPlane(readSettings({ ...env, FAIRLEAD_SECRET_NAMESPACES: "-" })).secretNamespaces).toEqual([]);
});
