import { httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documents, gateway, route } from "./mesh/manifests.ts";
import { type Mesh, startBookinfo, startMesh } from "./mesh/mesh.ts";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ name: "e2e-poison", images: ["bookinfo-details-v1"] });
  await startBookinfo(mesh.cluster, ["details"]);
}, 900_000);
afterAll(() => mesh?.[Symbol.asyncDispose](), 120_000);

const COUNT = 999;

/** Good by the release the contract follows; the cluster's definitions, which are older, know no such filter. */
const POISON = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: poison}
spec:
  parentRefs: [{name: edge}]
  hostnames: [poison.example]
  rules:
  - filters: [{type: CORS, cors: {allowOrigins: ["https://a.example"]}}]
    backendRefs: [{name: details, port: 9080}]
`;

test("a bundle of 1,000 routes with a poison one: 999 converge, one names its error", async () => {
  const routes = Array.from({ length: COUNT }, (_, index) => route(`good-${index}`));
  const manifest = documents(gateway(), ...routes.slice(0, 500), POISON, ...routes.slice(500));
  const applied = await mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "240s"], manifest);
  expect(applied.code).not.toBe(0);
  expect(applied.stderr).toMatch(/HTTPRoute default\/poison.*Unsupported value: "CORS"/s);

  const { stdout } = await mesh.cloud.fairlead(["convergence", "-o", "json"]);
  const vector: { clusters: { applied: { exceptions: unknown[] }; nodes: { exceptions: unknown[] }[] }[] } =
    JSON.parse(stdout);
  const [cluster] = vector.clusters;
  expect(cluster?.applied.exceptions).toHaveLength(1);
  expect(cluster?.nodes.map(({ exceptions }) => exceptions.length)).toEqual([0, 0]);
  for (const host of ["good-0.example", `good-${COUNT - 1}.example`]) {
    for (const { address } of mesh.cluster.nodes) {
      expect((await httpGet(`http://${address}/details/1`, { host })).status).toBe(200);
    }
  }
  const there = await mesh.cluster.kubectl(["get", "httproutes", "-o", "name"]);
  expect(there.trim().split("\n")).toHaveLength(COUNT);
}, 400_000);
