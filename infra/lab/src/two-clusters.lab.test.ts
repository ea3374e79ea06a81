import { beforeAll, describe, expect, test } from "vitest";
import { ensureEchoImage } from "./binaries/lab-images.ts";
import { type EchoPod, getFrom, inPod, installEcho, podsOf } from "./testing/echo-pods.ts";
import { labForFile } from "./testing/lab-for-file.ts";
import { pair } from "./testing/pair.ts";
import { noLab } from "./testing/why-no-lab.ts";

describe.skipIf(noLab !== undefined)("two clusters side by side, pods on bridges", () => {
  const lab = labForFile(async () => {
    const images = [await ensureEchoImage(console.error)];
    return { name: "pair-test", clusters: 2, nodes: 1, cni: "bridge", images };
  });
  let pods: [EchoPod, EchoPod];

  beforeAll(async () => {
    await Promise.all(lab().clusters.map(installEcho));
    const [first, second] = await Promise.all(lab().clusters.map((cluster) => podsOf(cluster, "echo")));
    pods = [only(first), only(second)];
  }, 300_000);

  test("are each a context of the lab's kubeconfig, with one node of the same name and another address", async () => {
    const clusters = pair(lab().clusters);
    const address = "jsonpath={.items[*].metadata.name} {.items[*].status.addresses[0].address}";
    for (const { name, nodes, kubectl } of clusters) {
      expect(await kubectl(["--kubeconfig", lab().kubeconfig, "--context", name, "get", "nodes", "-o", address])).toBe(
        `k8s-ctr ${nodes[0]?.address}`,
      );
    }
    expect(clusters[0].nodes[0]?.address).not.toBe(clusters[1].nodes[0]?.address);
  });

  test("serve Services by name to pods of the same bridge, the pod behind the Service among them", async () => {
    for (const [index, cluster] of lab().clusters.entries()) {
      const pod = pods[index] ?? pods[0];
      expect((await getFrom(cluster, pod, "http://echo")).pod).toBe(pod.name);
      expect((await inPod(cluster, pod, "lookup", "machine.lab")).trim()).toBe(cluster.machineAddress);
    }
  });

  test("do not reach each other, and the router reaches both", async () => {
    const [first] = pair(lab().clusters);
    for (const { address, name } of pods) {
      expect(await lab().outside.exec(["curl", "-sS", `http://${address}:8080`])).toContain(name);
    }
    await expect(inPod(first, pods[0], "get", `http://${pods[1].address}:8080`)).rejects.toThrow(
      /deadline|unreachable/i,
    );
  });
});

function only(list: readonly EchoPod[] | undefined): EchoPod {
  const [first, second] = list ?? [];
  if (first === undefined || second !== undefined) throw new Error(`${list?.length} pods and not 1`);
  return first;
}
