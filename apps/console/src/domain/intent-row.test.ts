import { expect, test } from "vitest";
import { sampleRoute } from "../testing/sample-intents.ts";
import { rowOf } from "./intent-row.ts";
import { type KindInfo, kindNamed } from "./kinds.ts";

const info = (kind: string): KindInfo => kindNamed(kind) ?? expect.fail(`${kind} is no kind`);

test("a route names its hosts, parents and backends, each once and sorted", () => {
  expect(rowOf(sampleRoute(), info("HTTPRoute"))).toMatchObject({
    hosts: ["*.example.org", "shop.example.com"],
    parents: ["infra/edge#https"],
    targets: ["web-v1:80", "web-v2:80"],
    placement: "all clusters",
  });
});

test("a route without host names is a route for any", () => {
  expect(rowOf(sampleRoute({ spec: {} }), info("HTTPRoute"))).toMatchObject({ hosts: ["*"], parents: [], targets: [] });
});

test("a gateway hangs on its class and leads to its listeners", () => {
  const spec = {
    gatewayClassName: "fairlead",
    listeners: [
      { name: "http", protocol: "HTTP", port: 80 },
      { name: "tls", protocol: "HTTPS", port: 443, hostname: "a.example" },
    ],
  };
  expect(rowOf(sampleRoute({ spec }), info("Gateway"))).toMatchObject({
    hosts: ["*", "a.example"],
    parents: ["fairlead"],
    targets: ["http HTTP:80", "tls HTTPS:443"],
  });
});

test("an ingress leads to the services of its paths and its default", () => {
  const backend = (name: string, port: object) => ({ service: { name, port } });
  const spec = {
    ingressClassName: "fairlead",
    defaultBackend: backend("fallback", { number: 80 }),
    rules: [{ host: "a.example", http: { paths: [{ backend: backend("web", { name: "http" }) }] } }],
  };
  expect(rowOf(sampleRoute({ spec }), info("Ingress"))).toMatchObject({
    hosts: ["a.example"],
    parents: ["fairlead"],
    targets: ["fallback:80", "web:http"],
  });
});

test("a spec of any shape gives a row: what is stored may be older than this code", () => {
  for (const spec of [{ rules: "x" }, { rules: [null, 3] }, { hostnames: { a: 1 } }, { listeners: [[]] }]) {
    for (const kind of ["Gateway", "HTTPRoute", "GRPCRoute", "Ingress"]) {
      expect(rowOf(sampleRoute({ spec }), info(kind)).name).toBe("web");
    }
  }
});
