import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { helm, NAMESPACE } from "./mesh/helm.ts";
import { allReady, connected, upgrade } from "./mesh/install.ts";
import { documents, gateway, route } from "./mesh/manifests.ts";
import { type Mesh, startBookinfo, startMesh } from "./mesh/mesh.ts";
import { type PrivateNetwork, startPrivateNetwork } from "./mesh/private-network.ts";

const JOIN_SECRET = "our-join-token";
const AUTHORITY = "our-authority";

let mesh: Mesh;
let network: PrivateNetwork;
/** What the owner of the cluster gave Helm, and gives with every upgrade. */
let values: Record<string, string>;

beforeAll(async () => {
  mesh = await startMesh({
    name: "e2e-options",
    images: ["bookinfo-details-v1"],
    prepare: async ({ cluster, cloud, token }) => {
      network = await startPrivateNetwork(cloud, cluster.machineAddress);
      const named = (name: string) => ({ apiVersion: "v1", metadata: { name, namespace: NAMESPACE } });
      const secret = { ...named(JOIN_SECRET), kind: "Secret", stringData: { token } };
      const authority = { ...named(AUTHORITY), kind: "ConfigMap", data: { "ca.crt": network.authority } };
      for (const object of [secret, authority]) await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(object));
      values = {
        "connector.cloudUrl": network.cloudUrl,
        "connector.existingSecret": JOIN_SECRET,
        "connector.customCA.configMap": AUTHORITY,
        "connector.proxy.https": network.proxyUrl,
      };
      return values;
    },
  });
  await startBookinfo(mesh.cluster, ["details"]);
}, 900_000);
afterAll(async () => {
  await mesh?.[Symbol.asyncDispose]();
  await network?.[Symbol.asyncDispose]();
}, 120_000);

/** Applies manifests and waits until they are served everywhere. */
function apply(text: string, ...args: string[]) {
  return mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "60s", ...args], text);
}

function lines(text: string): string[] {
  return text.trim().split("\n").filter(Boolean).sort();
}

/** Names of the HTTPRoutes of all namespaces, sorted. */
async function routes(): Promise<string[]> {
  const found = lines(await mesh.cluster.kubectl(["get", "httproutes", "-A", "-o", "name"]));
  return found.map((name) => name.split("/")[1] ?? "").sort();
}

test("the cloud is reached through the proxy alone, by the private authority's word, with a token Helm never saw", async () => {
  expect(new Set(network.asked)).toEqual(new Set([network.cloudUrl.replace("wss://", "")]));
  const before = network.passedBytes();
  expect(await apply(documents(gateway(), route("proxied")))).toMatchObject({ code: 0 });
  expect(network.passedBytes()).toBeGreaterThan(before);
  const release = await helm(mesh.cluster, ["get", "all", "fairlead", "--namespace", NAMESPACE]);
  expect(release).toContain(JOIN_SECRET);
  expect(release).not.toContain("jt_");
});

test("with connector.namespaces what lands elsewhere is refused in the API server's words, and the rest converges", async () => {
  await mesh.cluster.kubectl(["create", "namespace", "shop"]);
  await mesh.cluster.kubectl(["-n", "shop", "create", "service", "clusterip", "details", "--tcp=9080"]);
  await upgrade({ ...mesh, name: "one", values: { ...values, "connector.namespaces": "{shop}" } });
  await allReady(mesh.cluster);
  await connected(mesh.cloud, "one");
  const inShop = documents(
    gateway("counter").replace("port: 80}", "port: 8081}"),
    route("goods", { gateway: "counter" }),
  );
  expect(await apply(inShop.replaceAll("metadata: {", "metadata: {namespace: shop, "))).toMatchObject({ code: 0 });
  const elsewhere = await apply(route("elsewhere"));
  expect(elsewhere.code).not.toBe(0);
  expect(elsewhere.stderr).toMatch(
    /default\/elsewhere.*is forbidden: User "system:serviceaccount:fairlead-system:fairlead-connector" cannot patch resource "httproutes".*in the namespace "default"/s,
  );
  expect(await routes()).toEqual(["goods", "proxied"]);
  await upgrade({ ...mesh, name: "one", values });
  await allReady(mesh.cluster);
  // Until it is tried again the refusal stands, at which a wait ends.
  const waited = () => mesh.cloud.fairlead(["wait", "httproute/elsewhere", "--timeout", "30s"]);
  await eventually(async () => expect(await waited()).toMatchObject({ code: 0 }), { timeoutMs: 60_000 });
}, 180_000);

test("uninstalled with keepObjects=false, nothing is left but what README says, and what is not ours stays", async () => {
  await upgrade({ ...mesh, name: "one", values: { ...values, "uninstall.keepObjects": "false" } });
  await mesh.cluster.kubectl(["apply", "-f", "-"], route("foreign"));
  await helm(mesh.cluster, ["uninstall", "fairlead", "--namespace", NAMESPACE, "--wait", "--timeout", "60s"]);
  const served = await mesh.cluster.kubectl(["get", "gateways,httproutes,ingresses", "-A", "-o", "name"]);
  expect(lines(served)).toEqual(["httproute.gateway.networking.k8s.io/foreign"]);
  const kinds = (await mesh.cluster.kubectl(["api-resources", "--verbs=list", "-o", "name"])).trim().split("\n");
  const listed = kinds.filter((kind) => !/^(events|componentstatuses|endpoints)\b/.test(kind)).join(",");
  // The connector's state, what Helm keeps of the other chart, and that chart's definition with all that comes of it.
  const told = /^(secret|customresourcedefinition\.apiextensions\.k8s\.io|apiservice\.apiregistration\.k8s\.io)\//;
  // Pods take their time to end.
  await eventually(
    async () => {
      const everything = await mesh.cluster.kubectl(["get", listed, "-A", "--ignore-not-found", "-o", "name"]);
      const left = lines(everything).filter((name) => /fairlead/.test(name) && !told.test(name));
      expect(left).toEqual(["namespace/fairlead-system"]);
    },
    { timeoutMs: 90_000, intervalMs: 1_000 },
  );
}, 180_000);

test("with dataPlane=cilium the connector alone is installed, connects as the same cluster, and applies", async () => {
  await upgrade({ ...mesh, name: "one", values: { ...values, dataPlane: "cilium" } });
  await mesh.cluster.kubectl(["-n", NAMESPACE, "rollout", "status", "deployment/fairlead-connector", "--timeout=60s"]);
  await connected(mesh.cloud, "one");
  const pods = await mesh.cluster.kubectl(["-n", NAMESPACE, "get", "pods", "-o", "name"]);
  expect(lines(pods)).toEqual([
    expect.stringMatching(/^pod\/fairlead-connector-/),
    expect.stringMatching(/^pod\/fairlead-connector-/),
  ]);
  expect(await mesh.cloud.fairlead(["apply", "-f", "-"], route("for-cilium"))).toMatchObject({ code: 0 });
  const all = ["elsewhere", "for-cilium", "foreign", "goods", "proxied"];
  await eventually(async () => expect(await routes()).toEqual(all));
}, 120_000);
