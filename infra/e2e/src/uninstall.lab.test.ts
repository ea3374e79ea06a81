import { whyNoLab } from "@fairlead/lab";
import { httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formerChart } from "./mesh/former-chart.ts";
import { CHART, helm, NAMESPACE } from "./mesh/helm.ts";
import { allReady, connected, upgrade } from "./mesh/install.ts";
import { startLoad } from "./mesh/load.ts";
import { documents, gateway, route } from "./mesh/manifests.ts";
import { type Mesh, startBookinfo, startMesh } from "./mesh/mesh.ts";

const reasons = await whyNoLab();

describe.skipIf(reasons.length > 0)("upgrading, uninstalling, installing again", { timeout: 120_000 }, () => {
  let mesh: Mesh;
  let urls: string[];
  beforeAll(async () => {
    await using former = await formerChart(CHART);
    mesh = await startMesh({
      name: "e2e-uninstall",
      images: ["bookinfo-details-v1"],
      chart: former.path,
      beforeInstall: former.tagImages,
    });
    urls = mesh.cluster.nodes.map(({ address }) => `http://${address}/details/1`);
    await startBookinfo(mesh.cluster, ["details"]);
    const manifest = documents(gateway(), route("kept"));
    expect(await mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "60s"], manifest)).toMatchObject({
      code: 0,
    });
  }, 900_000);
  afterAll(() => mesh?.[Symbol.asyncDispose](), 120_000);

  test("an upgrade from the chart before this one fails no request", async () => {
    const versions = async () => {
      const image = "jsonpath={.items[*].spec.containers[*].image}";
      const images = await mesh.cluster.kubectl(["-n", NAMESPACE, "get", "pods", "-o", image]);
      return [...new Set(images.split(" ").filter((one) => !one.includes("envoy")))].sort();
    };
    const before = await versions();
    const load = startLoad(urls, 200, { headers: { host: "kept.example" } });
    await upgrade({ cluster: mesh.cluster, cloud: mesh.cloud, name: "one" });
    await allReady(mesh.cluster, 180);
    await connected(mesh.cloud, "one");
    const applied = await mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "60s"], route("upgraded"));
    const { sent, failures } = await load.stop();
    expect(applied).toMatchObject({ code: 0 });
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(1_000);
    expect(before).toHaveLength(3);
    expect((await versions()).filter((one) => before.includes(one))).toEqual([]);
  }, 300_000);

  test("with the cloud away, uninstalling ends within a minute and leaves routes serving", async () => {
    await mesh.cloud.stop();
    const load = startLoad(urls, 50, { headers: { host: "kept.example" } });
    // Helm itself fails when it takes longer.
    await helm(mesh.cluster, ["uninstall", "fairlead", "--namespace", NAMESPACE, "--wait", "--timeout", "60s"]);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const { failures } = await load.stop();
    expect(failures).toEqual([]);
    const routes = await mesh.cluster.kubectl(["get", "httproutes", "-o", "name"]);
    expect(routes.trim().split("\n").sort()).toEqual([
      "httproute.gateway.networking.k8s.io/kept",
      "httproute.gateway.networking.k8s.io/upgraded",
    ]);
  }, 180_000);

  test("installed again it takes over what was left", async () => {
    await mesh.cloud.start();
    const load = startLoad(urls, 50, { headers: { host: "kept.example" } });
    await upgrade({ cluster: mesh.cluster, cloud: mesh.cloud, name: "one" });
    await allReady(mesh.cluster, 180);
    await connected(mesh.cloud, "one");
    const applied = await mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "60s"], route("again"));
    expect(applied).toMatchObject({ code: 0 });
    expect((await load.stop()).failures).toEqual([]);
    expect((await httpGet(urls[0] ?? "", { host: "again.example" })).status).toBe(200);
  }, 300_000);
});
