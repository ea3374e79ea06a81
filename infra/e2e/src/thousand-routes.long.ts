import { eventually, httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { metric, podsOf } from "./mesh/connector.ts";
import { NAMESPACE } from "./mesh/helm.ts";
import { allReady } from "./mesh/install.ts";
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
  expect(applied.stderr).toMatch(
    /HTTPRoute default\/poison at spec\.rules\[0\]\.filters\[0\]\.cors: .*field not declared in schema \(cluster one\)/,
  );

  await eventually(
    async () => {
      const rollUp = await mesh.cloud.client.convergence.get();
      const [cluster] = rollUp.clusters;
      expect(cluster?.applied.exceptions.map(({ object }) => object.name)).toEqual(["poison"]);
      expect(cluster?.nodes.map(({ state, exceptions }) => [state, exceptions.length])).toEqual([
        ["proxied", 0],
        ["proxied", 0],
      ]);
    },
    { timeoutMs: 120_000, intervalMs: 1_000 },
  );
  for (let n = 0; n < COUNT; n++) {
    const { address = "" } = mesh.cluster.nodes[n % 2] ?? {};
    expect((await httpGet(`http://${address}/details/1`, { host: `good-${n}.example` })).status).toBe(200);
  }
  const there = await mesh.cluster.kubectl(["get", "httproutes", "-o", "name"]);
  expect(there.trim().split("\n")).toHaveLength(COUNT);
}, 400_000);

test("cloud and connectors away at the same time: on return one change comes as a delta of that size", async () => {
  await mesh.cloud.stop();
  await mesh.cluster.kubectl([
    ...["-n", NAMESPACE, "delete", "pod", "--wait=true"],
    ...["-l", "app.kubernetes.io/name=fairlead-connector"],
  ]);
  await mesh.cloud.start();
  await allReady(mesh.cluster);
  const applied = await mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "120s"], route("one-more"));
  expect(applied).toMatchObject({ code: 0 });
  const totals = { bytes: 0, resyncs: 0 };
  for (const { ip } of await podsOf(mesh.cluster, "connector")) {
    totals.bytes += (await metric(ip, 9882, "fairlead_tunnel_bytes_total"))['{direction="in"}'] ?? 0;
    for (const count of Object.values(await metric(ip, 9882, "fairlead_tunnel_resyncs_total"))) totals.resyncs += count;
  }
  // All 1,000 routes would be hundreds of kilobytes.
  expect(totals.bytes).toBeGreaterThan(0);
  expect(totals.bytes).toBeLessThan(20_000);
  expect(totals.resyncs).toBe(0);
}, 240_000);
