import { join } from "node:path";
import { whyNoLab } from "@fairlead/lab";
import { eventually, httpGet, startChromium } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { podsOf } from "./mesh/connector.ts";
import { NAMESPACE } from "./mesh/helm.ts";
import { BOOKINFO_IMAGES } from "./mesh/images.ts";
import { startLoad } from "./mesh/load.ts";
import { route } from "./mesh/manifests.ts";
import { type Mesh, startBookinfo, startMesh } from "./mesh/mesh.ts";
import { ROOT } from "./mesh/root.ts";

const reasons = await whyNoLab();
const MANIFESTS = join(ROOT, "examples/bookinfo/manifests");
/** The study's request for the product page: a header and a query parameter. */
const PAGE = "/?great=example";

/** Speed is not what is tested here: other tests run beside. */
const PATIENCE = { timeoutMs: 60_000, intervalMs: 100 };

describe.skipIf(reasons.length > 0)("Fairlead in a real cluster", { timeout: 120_000 }, () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh({ name: "e2e", images: BOOKINFO_IMAGES });
    await startBookinfo(mesh.cluster);
  }, 600_000);
  afterAll(() => mesh?.[Symbol.asyncDispose](), 120_000);

  test("the README's Helm command brings every pod up, and the cloud shows the cluster connected", async () => {
    const pods = await mesh.cluster.kubectl(["-n", NAMESPACE, "get", "pods", "--no-headers"]);
    expect(pods.trim().split("\n")).toHaveLength(8);
    const { stdout } = await mesh.cloud.fairlead(["get", "clusters"]);
    expect(stdout).toMatch(/one\s.*connected/);
  });

  test("Bookinfo answers on the addresses of both nodes", async () => {
    const applied = await mesh.cloud.fairlead(["apply", "-f", MANIFESTS, "--wait", "--timeout", "60s"]);
    expect(applied).toMatchObject({ code: 0 });
    for (const { address } of mesh.cluster.nodes) {
      expect(await httpGet(`http://${address}/details/1`)).toMatchObject({ status: 200 });
      const page = await httpGet(`http://${address}${PAGE}`, { magic: "foo" });
      expect([page.status, page.body]).toEqual([200, expect.stringContaining("<h1>")]);
      expect((await httpGet(`http://${address}/`)).status).toBe(404);
      // The Ingress has a port of its own: the Gateway has 80.
      expect((await httpGet(`http://${address}:8080/`)).status).toBe(200);
    }
    const outside = await mesh.lab.outside.exec(["curl", "-s", `http://${mesh.cluster.nodes[1]?.address}/details/1`]);
    expect(JSON.parse(outside)).toMatchObject({ id: 1 });
  });

  test("status and convergence name both nodes", async () => {
    const addresses = mesh.cluster.nodes.map(({ address }) => address).sort();
    const query = "{range .status.addresses[*]}{.value}{' '}{end}";
    await eventually(async () => {
      const shown = await mesh.cluster.kubectl(["get", "gateway", "my-gateway", "-o", `jsonpath=${query}`]);
      expect(shown.trim().split(" ")).toEqual(addresses);
    }, PATIENCE);
    const { stdout } = await mesh.cloud.fairlead(["convergence", "httproute/http-app-1"]);
    expect(stdout).toContain("k8s-ctr");
    expect(stdout).toContain("k8s-w1");
  });

  test("the console shows the cluster, and that every node's Envoy serves a route", async () => {
    await using browser = await startChromium();
    const page = await browser.context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${mesh.cloud.apiUrl}/#token=${mesh.cloud.token}`);
    await page.getByRole("link", { name: "Clusters" }).first().click();
    await page.getByRole("link", { name: "one", exact: true }).waitFor();
    await page.getByText(/^connected/).waitFor();
    await page.getByRole("link", { name: "Routes" }).first().click();
    await page.getByRole("link", { name: "http-app-1", exact: true }).click();
    for (const { name } of mesh.cluster.nodes) {
      const line = page.getByRole("listitem").filter({ has: page.getByText(`Envoy on ${name}`, { exact: true }) });
      await line.last().getByText("proxied", { exact: true }).waitFor();
    }
  });

  test("an edit on a managed object is shown with field and manager and undone", async () => {
    const patch = JSON.stringify([{ op: "replace", path: "/spec/rules/0/backendRefs/0/port", value: 9081 }]);
    await mesh.cluster.kubectl([
      ...["patch", "httproute", "http-app-1", "--type=json", "-p", patch],
      "--field-manager=kubectl-edit",
    ]);
    await eventually(async () => {
      const { stdout } = await mesh.cloud.fairlead(["drift"]);
      expect(stdout).toMatch(/spec\.rules\[0\]\.backendRefs.*9081.*kubectl-edit/);
    }, PATIENCE);
    await eventually(async () => {
      const port = "jsonpath={.spec.rules[0].backendRefs[0].port}";
      expect(await mesh.cluster.kubectl(["get", "httproute", "http-app-1", "-o", port])).toBe("9080");
    }, PATIENCE);
  });

  test("connector, operator and agents are replaced and a node restarts while the cloud is away: traffic goes on", async () => {
    const address = mesh.cluster.nodes[0]?.address ?? "";
    const load = startLoad([`http://${address}/details/1`], 40, { keepAlive: false });
    await mesh.cloud.stop();
    const former = await podsOf(mesh.cluster, "connector");
    await mesh.cluster.kubectl([
      ...["-n", NAMESPACE, "delete", "pod", "--wait=true", "-l"],
      "app.kubernetes.io/name in (fairlead-connector, fairlead-operator, fairlead-agent)",
    ]);
    await mesh.cluster.nodes[1]?.restart();
    for (const one of ["deployment/fairlead-operator", "daemonset/fairlead-agent", "daemonset/fairlead-envoy"]) {
      await mesh.cluster.kubectl(["-n", NAMESPACE, "rollout", "status", one, "--timeout=120s"]);
    }
    await mesh.cloud.start();
    await mesh.cluster.kubectl([
      "-n",
      NAMESPACE,
      "rollout",
      "status",
      "deployment/fairlead-connector",
      "--timeout=120s",
    ]);
    const after = route("after", { gateway: "my-gateway" });
    const applied = await mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "90s"], after);
    expect(applied).toMatchObject({ code: 0 });
    for (const node of mesh.cluster.nodes) {
      expect((await httpGet(`http://${node.address}/details/1`, { host: "after.example" })).status).toBe(200);
    }
    const { sent, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(0);
    const now = await podsOf(mesh.cluster, "connector");
    expect(now.map(({ name }) => name)).not.toEqual(expect.arrayContaining(former.map(({ name }) => name)));
  }, 300_000);
});
