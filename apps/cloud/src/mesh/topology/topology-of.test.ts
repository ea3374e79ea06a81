import { INTENT_ANNOTATION, type KubernetesObject, objectKey, SERVICE_NAME_LABEL } from "@fairlead/kubernetes-types";
import { MeshIndex, settingsFrom } from "@fairlead/mesh-model";
import type { ClusterCertificate } from "@fairlead/tunnel";
import { describe, expect, test } from "vitest";
import { EXPECTED_CLASSES } from "../expected-classes.ts";
import { type TopologyInput, topologyOf } from "./topology-of.ts";

const GATEWAY_API = "gateway.networking.k8s.io/v1";
const now = Date.parse("2026-06-01T00:00:00Z");

interface AnyObject extends KubernetesObject {
  readonly [field: string]: unknown;
}

function object(apiVersion: string, kind: string, name: string, rest: object, intent?: string): AnyObject {
  const annotations = intent === undefined ? {} : { annotations: { [INTENT_ANNOTATION]: intent } };
  return { apiVersion, kind, metadata: { name, namespace: "default", ...annotations }, ...rest };
}
const gateway = (name: string, listeners: object[], rest: object = {}) =>
  object(
    GATEWAY_API,
    "Gateway",
    name,
    { spec: { gatewayClassName: "fairlead", listeners, ...rest }, status: { addresses: [{ value: "192.0.2.1" }] } },
    `gw_${name}`,
  );
const http = { name: "http", port: 80, protocol: "HTTP" };
const https = (secret: string) => ({
  name: "https",
  port: 443,
  protocol: "HTTPS",
  hostname: "shop.example",
  tls: { certificateRefs: [{ name: secret }] },
});
const route = (name: string, parent: object, ...rules: object[][]) =>
  object(
    GATEWAY_API,
    "HTTPRoute",
    name,
    { spec: { parentRefs: [parent], rules: rules.map((backendRefs) => ({ backendRefs })) } },
    `rt_${name}`,
  );
const service = (name: string, port = 9080) =>
  object("v1", "Service", name, { spec: { ports: [{ name: "http", port }] } });
const slice = (name: string, addresses: readonly string[], port = 9080): AnyObject => ({
  ...object("discovery.k8s.io/v1", "EndpointSlice", `${name}-1`, {
    addressType: "IPv4",
    endpoints: addresses.map((address) => ({ addresses: [address] })),
    ports: [{ name: "http", port }],
  }),
  metadata: { name: `${name}-1`, namespace: "default", labels: { [SERVICE_NAME_LABEL]: name } },
});
const certificate = (name: string, notAfter: string, problem = ""): [string, ClusterCertificate] => [
  `default/${name}`,
  {
    namespace: "default",
    name,
    usedBy: [],
    problem,
    facts: { names: [], notBefore: "2026-01-01T00:00:00Z", notAfter, issuer: "", fingerprint: "" },
    nodes: ["n1"],
    otherNodes: [],
  },
];

function draw(own: readonly AnyObject[], change: Partial<TopologyInput> = {}) {
  const objects = new Map<string, KubernetesObject>([...EXPECTED_CLASSES, ...own].map((one) => [objectKey(one), one]));
  const index = new MeshIndex(settingsFrom(undefined));
  index.apply([...objects].map(([key, one]) => ({ key, object: one })));
  return topologyOf({ index, objects, certificates: new Map(), isObserved: true, now, ...change });
}

/** One line each, as people would read it. */
function lines(topology: ReturnType<typeof topologyOf>): string[] {
  const nodes = topology.nodes.map(({ id, state, label, intent, detail }) =>
    [state.padEnd(7), id, label === id.split("/").at(-1) ? "" : `"${label}"`, intent ?? "", detail && `: ${detail}`]
      .filter((part) => part !== "")
      .join(" "),
  );
  return [
    ...nodes,
    ...topology.edges.map(({ from, to, weight }) => `${from} -> ${to}${weight === null ? "" : ` ${weight}`}`),
  ];
}

describe("the topology", () => {
  test("of Bookinfo: a Gateway with a route to two Services, an Ingress to one of them, weights among three", () => {
    const ingress = object(
      "networking.k8s.io/v1",
      "Ingress",
      "legacy",
      {
        spec: {
          ingressClassName: "cilium",
          rules: [
            {
              http: {
                paths: [
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: "productpage", port: { name: "http" } } },
                  },
                ],
              },
            },
          ],
        },
        status: { loadBalancer: { ingress: [{ ip: "192.0.2.2" }] } },
      },
      "ing_legacy",
    );
    const topology = draw([
      gateway("my-gateway", [http]),
      route("app", { name: "my-gateway" }, [{ name: "details", port: 9080 }], [{ name: "productpage", port: 9080 }]),
      route("reviews", { name: "my-gateway" }, [
        { name: "reviews-v1", port: 9080, weight: 90 },
        { name: "reviews-v2", port: 9080, weight: 10 },
      ]),
      ingress,
      object(
        GATEWAY_API,
        "GRPCRoute",
        "rpc",
        {
          spec: {
            parentRefs: [{ name: "my-gateway" }],
            hostnames: ["rpc.example"],
            rules: [{ backendRefs: [{ name: "details", port: 9080 }] }],
          },
        },
        "grt_rpc",
      ),
      ...["details", "productpage", "reviews-v1", "reviews-v2"].flatMap((name, n) => [
        service(name),
        slice(name, [`10.0.0.${n + 1}`]),
      ]),
    ]);
    expect(lines(topology)).toMatchSnapshot();
    expect(topology.truncated).toBe(false);
    expect(topology.nodes.every(({ state }) => state === "ok")).toBe(true);
  });

  test("says what is wrong: missing Service, no ready endpoints, detached route, unknown class, refused certificate", () => {
    const certificates = new Map([
      certificate("soon", "2026-06-10T00:00:00Z"),
      certificate("gone", "2026-05-01T00:00:00Z"),
      certificate("broken", "2027-01-01T00:00:00Z", "has no tls.key"),
    ]);
    const topology = draw(
      [
        gateway("web", [http, https("soon")]),
        gateway("old", [https("gone")]),
        gateway("bad", [https("broken")]),
        gateway("classless", [http], { gatewayClassName: "nobody" }),
        route("missing", { name: "web" }, [{ name: "nowhere", port: 80 }]),
        route("empty", { name: "web" }, [{ name: "empty", port: 9080 }]),
        route("detached", { name: "nothing" }, [{ name: "empty", port: 9080 }]),
        route("misdirected", { name: "web", sectionName: "smtp" }, [{ name: "empty", port: 9080 }]),
        route("wrong-port", { name: "web" }, [{ name: "empty", port: 1 }]),
        service("empty"),
        slice("empty", []),
      ],
      { certificates },
    );
    expect(lines(topology)).toMatchSnapshot();
  });

  test("draws nothing foreign that does not hang on us, and what does without an intent", () => {
    const foreign = { ...route("foreign", { name: "web" }, [{ name: "s", port: 9080 }]) };
    const elsewhere = object(GATEWAY_API, "Gateway", "other", {
      spec: { gatewayClassName: "other", listeners: [http] },
    });
    const { annotations: _, ...metadata } = foreign.metadata;
    const topology = draw([
      gateway("web", [http]),
      { ...foreign, metadata },
      elsewhere,
      service("s"),
      slice("s", ["10.0.0.1"]),
    ]);
    expect(topology.nodes.map(({ id, intent }) => [id, intent])).toEqual([
      ["gateway:default/web", "gw_web"],
      ["listener:default/web/http", "gw_web"],
      ["route:HTTPRoute/default/foreign", null],
      ["service:default/s:9080", null],
      ["endpoint:10.0.0.1:9080", null],
    ]);
  });

  test("of a cluster that has told nothing leaves backends and addresses unknown, and blames nobody", () => {
    const { status: _, ...silent } = gateway("web", [http]);
    const topology = draw([silent, route("app", { name: "web" }, [{ name: "details", port: 9080 }])], {
      isObserved: false,
    });
    expect(Object.fromEntries(topology.nodes.map(({ id, state }) => [id, state]))).toEqual({
      "gateway:default/web": "unknown",
      "listener:default/web/http": "ok",
      "route:HTTPRoute/default/app": "unknown",
      "service:default/details:9080": "unknown",
    });
  });

  test("with more than fits draws the way of requests from its beginning, and says that there is more", () => {
    const addresses = Array.from({ length: 50 }, (_, n) => `10.0.0.${n + 1}`);
    const own = [
      gateway("web", [http]),
      route("app", { name: "web" }, [{ name: "s", port: 9080 }]),
      service("s"),
      slice("s", addresses),
    ];
    const topology = draw(own, { maxNodes: 10 });
    expect(topology.nodes.map(({ type }) => type).slice(0, 4)).toEqual(["gateway", "listener", "route", "service"]);
    expect([topology.nodes.length, topology.edges.length, topology.truncated]).toEqual([10, 9, true]);
  });
});
