import { whyNoLab } from "@fairlead/lab";
import { eventually, httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cutOff } from "./mesh/cut.ts";
import { documents, gateway, route } from "./mesh/manifests.ts";
import { type Mesh, startBookinfo, startMesh } from "./mesh/mesh.ts";

const reasons = await whyNoLab();

describe.skipIf(reasons.length > 0)("two clusters", { timeout: 120_000 }, () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh({ name: "e2e-two", clusters: 2, images: ["bookinfo-details-v1"] });
    for (const cluster of mesh.lab.clusters) await startBookinfo(cluster, ["details"]);
    const applied = await mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "60s"], gateway());
    expect(applied).toMatchObject({ code: 0 });
  }, 900_000);
  afterAll(() => mesh?.[Symbol.asyncDispose](), 120_000);

  /** Statuses of a host on the first node of each cluster. */
  async function answers(host: string): Promise<number[]> {
    return Promise.all(
      mesh.lab.clusters.map(
        async ({ nodes }) => (await httpGet(`http://${nodes[0]?.address}/details/1`, { host })).status,
      ),
    );
  }

  test.each([
    ["name=one", "first", [200, 404]],
    ["name=two", "second", [404, 200]],
    ["name in (one, two)", "both", [200, 200]],
  ])("placed by %s", async (selector, name, expected) => {
    const args = ["apply", "-f", "-", "--placement", selector, "--wait", "--timeout", "60s"];
    expect(await mesh.cloud.fairlead(args, route(name))).toMatchObject({ code: 0 });
    expect(await answers(`${name}.example`)).toEqual(expected);
  });

  test("moving a route's placement moves it", async () => {
    const args = ["apply", "-f", "-", "--placement", "name=two", "--wait", "--timeout", "60s"];
    expect(await mesh.cloud.fairlead(args, route("first"))).toMatchObject({ code: 0 });
    await eventually(async () => expect(await answers("first.example")).toEqual([404, 200]), { timeoutMs: 60_000 });
  });

  test("a cluster that is cut off does not delay the other, serves on, and is said to be unknown; it catches up", async () => {
    const [, second] = mesh.lab.clusters;
    if (second === undefined) throw new Error("there is no second cluster");
    {
      await using _cut = await cutOff(mesh.cloud, second);
      await mesh.cloud.fairlead(["apply", "-f", "-"], documents(route("late"), route("later")));
      await eventually(async () => expect(await answers("late.example")).toEqual([200, 404]), { timeoutMs: 60_000 });
      expect(await answers("both.example")).toEqual([200, 200]);
      await eventually(
        async () => {
          const { stdout } = await mesh.cloud.fairlead(["convergence"]);
          expect(stdout).toMatch(/1 converged, 1 unknown since \d{4}-/);
        },
        { timeoutMs: 120_000, intervalMs: 1_000 },
      );
    }
    await eventually(async () => expect(await answers("later.example")).toEqual([200, 200]), {
      timeoutMs: 120_000,
      intervalMs: 500,
    });
  }, 300_000);
});
