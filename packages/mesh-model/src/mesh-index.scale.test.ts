import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { expect, test } from "vitest";
import { MeshIndex } from "./mesh-index.ts";
import { controllerClasses } from "./settings.ts";
import { additions } from "./testing/load-objects.ts";

// What one change costs must depend on what it touches; the count of computations shows it without a clock.
test("with 5,000 routes and 3,000 services one change stays one change", () => {
  const index = new MeshIndex({ classes: controllerClasses() });
  index.apply(additions([...base(), ...many(5_000, route), ...many(3_000, service), ...many(3_000, slice)]));
  expect(index.model().tables).toHaveLength(5_001);
  expect(index.model().backends).toHaveLength(3_000);

  const cost = (objects: readonly KubernetesObject[]) => {
    const before = index.evaluations;
    const delta = index.apply(additions(objects));
    return {
      work: index.evaluations - before,
      tables: delta.tables.upserts.length,
      backends: delta.backends.upserts.length,
    };
  };
  expect(cost([route(5_000)])).toEqual({ work: 5, tables: 1, backends: 0 });
  expect(cost([route(7, "/edited")])).toEqual({ work: 2, tables: 1, backends: 0 });
  expect(cost([slice(7, "10.9.9.9")])).toEqual({ work: 2, tables: 0, backends: 1 });
  expect(cost([gateway("127.0.0.9")])).toMatchObject({ tables: 0, backends: 0 });
  expect(index.model().sockets.map(({ name }) => name)).toEqual(["127.0.0.9:80"]);
});

test("a label, an annotation or a new resourceVersion of a Service reaches no route", () => {
  const index = new MeshIndex({ classes: controllerClasses() });
  index.apply(additions([...base(), ...many(100, route), ...many(100, service)]));
  const before = index.evaluations;
  const changed = {
    ...service(3),
    metadata: { name: "s3", namespace: "default", labels: { a: "b" }, resourceVersion: "7" },
  };
  const delta = index.apply(additions([changed]));
  expect(index.evaluations - before).toBe(1);
  expect(delta.touched).toEqual([]);
});

function base(): KubernetesObject[] {
  const spec = { controllerName: "fairlead.dev/gateway-controller" };
  const gatewayClass = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "fairlead" },
    spec,
  };
  return [gatewayClass, gateway("127.0.0.1")];
}

function gateway(address: string): KubernetesObject {
  const object = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "g", namespace: "default" },
    spec: { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
    status: { addresses: [{ value: address }] },
  };
  return object;
}

function many(count: number, make: (index: number) => KubernetesObject): KubernetesObject[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function route(index: number, path = "/"): KubernetesObject {
  const object = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: `r${index}`, namespace: "default" },
    spec: {
      parentRefs: [{ name: "g" }],
      hostnames: [`h${index}.test`],
      rules: [{ matches: [{ path: { value: path } }], backendRefs: [{ name: `s${index % 3_000}`, port: 80 }] }],
    },
  };
  return object;
}

function service(index: number): KubernetesObject {
  const object = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: `s${index}`, namespace: "default" },
    spec: { ports: [{ port: 80 }] },
  };
  return object;
}

function slice(index: number, address = "10.0.0.1"): KubernetesObject {
  const object = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `s${index}-x`, namespace: "default", labels: { "kubernetes.io/service-name": `s${index}` } },
    addressType: "IPv4",
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: [address] }],
  };
  return object;
}
