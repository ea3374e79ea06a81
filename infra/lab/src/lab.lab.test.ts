import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { buildImage } from "@fairlead/images";
import { eventually, startProgram } from "@fairlead/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureEchoImage } from "./binaries/lab-images.ts";
import { down } from "./down.ts";
import type { Lab, LabCluster } from "./lab.ts";
import { labDirectory } from "./lab-directory.ts";
import { run } from "./machine/run.ts";
import { startLab } from "./start-lab.ts";
import { AUDIENCE, NAMESPACE, NODE_PORT, TOKEN_PATH } from "./testing/echo-objects.ts";
import { type EchoAnswer, type EchoPod, getFrom, inPod, installEcho, podsOf } from "./testing/echo-pods.ts";
import { labForFile } from "./testing/lab-for-file.ts";
import { claimedIndices, leftovers } from "./testing/leftovers.ts";
import { pair } from "./testing/pair.ts";
import { noLab } from "./testing/why-no-lab.ts";

const NAME = "lab-test";
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** Asks from this machine, by a connection of its own. */
async function get(url: string): Promise<EchoAnswer> {
  const answer: EchoAnswer = JSON.parse(
    await (await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(5000) })).text(),
  );
  return answer;
}

describe.skipIf(noLab !== undefined)("a lab of two nodes", () => {
  const lab = labForFile(async () => ({ name: NAME, images: [await ensureEchoImage(console.error)] }));
  let cluster: LabCluster;
  let echo: [EchoPod, EchoPod];
  let edge: [EchoPod, EchoPod];

  beforeAll(async () => {
    cluster = onlyCluster(lab());
    await installEcho(cluster);
    echo = pair(await podsOf(cluster, "echo"));
    edge = pair(await podsOf(cluster, "edge"));
  }, 300_000);

  test("has the nodes of the handbook, and what they need to be a cluster", async () => {
    const nodes = await cluster.kubectl(["get", "nodes", "-o", `jsonpath={range .items[*]}${NODE_LINE}{end}`]);
    expect(nodes.trim().split("\n")).toEqual([
      `k8s-ctr ${pair(cluster.nodes)[0].address} v1.33.4 True`,
      `k8s-w1 ${pair(cluster.nodes)[1].address} v1.33.4 True`,
    ]);
    const dns = ["-n", "kube-system", "get", "deployment", "coredns", "-o", "jsonpath={.status.readyReplicas}"];
    expect(await cluster.kubectl(dns)).toBe("2");
    expect(echo.map(({ node }) => node)).toEqual(["k8s-ctr", "k8s-w1"]);
  });

  test("pods reach each other across nodes with their own addresses, and so do machine, nodes and router", async () => {
    const [first, second] = echo;
    const url = `http://${second.address}:8080`;
    expect(await getFrom(cluster, first, url)).toMatchObject({ pod: second.name, client: first.address });
    expect(await get(url)).toMatchObject({ pod: second.name, client: cluster.machineAddress });
    const [node] = pair(cluster.nodes);
    expect(await node.exec(["curl", "-sS", url])).toContain(`"client":"${node.address}"`);
    expect(await lab().outside.exec(["curl", "-sS", url])).toContain(`"client":"${lab().outside.addresses[0]}"`);
  });

  test("a Service answers by name and by address in pods, by address on nodes, and on every node's port", async () => {
    const names = echo.map(({ name }) => name);
    for (const pod of [...echo, ...edge]) {
      const { pod: by, host } = await getFrom(cluster, pod, `http://echo.${NAMESPACE}.svc.cluster.local`);
      expect(names, `asked from ${pod.name}`).toContain(by);
      expect(host).toBe(`echo.${NAMESPACE}.svc.cluster.local`);
    }
    expect(names).toContain((await getFrom(cluster, echo[0], "http://echo")).pod);
    const service = ["-n", NAMESPACE, "get", "service", "echo", "-o", "jsonpath={.spec.clusterIP}"];
    const address = await cluster.kubectl(service);
    for (const node of cluster.nodes) {
      expect(JSON.parse(await node.exec(["curl", "-sS", `http://${address}`])).pod).toBeOneOf(names);
      const url = `http://${node.address}:${NODE_PORT}`;
      expect((await get(url)).pod).toBeOneOf(names);
      expect((await getFrom(cluster, echo[1], url)).pod).toBeOneOf(names);
      expect(JSON.parse(await lab().outside.exec(["curl", "-sS", url])).pod).toBeOneOf(names);
    }
  });

  test("pods find the lab's hosts by name, and no name of the world outside", async () => {
    const [machine, router] = [cluster.machineAddress, lab().outside.addresses[0] ?? ""];
    for (const pod of [echo[0], edge[1]]) {
      expect((await inPod(cluster, pod, "lookup", "machine.lab")).trim()).toBe(machine);
      expect((await inPod(cluster, pod, "lookup", "router.lab")).trim()).toBe(router);
      expect((await inPod(cluster, pod, "lookup", "k8s-w1")).trim()).toBe(pair(cluster.nodes)[1].address);
    }
    await expect(inPod(cluster, echo[0], "lookup", "example.com")).rejects.toThrow("no such host");
  });

  test("pods and nodes reach what listens on the machine, on any port", async () => {
    const server = createServer((asked, answer) => answer.end(JSON.stringify({ client: asked.socket.remoteAddress })));
    server.listen(0, cluster.machineAddress);
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    try {
      const url = `http://machine.lab:${port}`;
      for (const pod of [...echo, ...edge]) expect((await getFrom(cluster, pod, url)).client).toBe(pod.address);
      for (const node of cluster.nodes) expect(await node.exec(["curl", "-sS", url])).toContain(node.address);
    } finally {
      server.close();
    }
  });

  test("a pod on the node's network binds its port 80 with the one capability for it, and has the node's folders", async () => {
    for (const [index, node] of cluster.nodes.entries()) {
      expect(await get(`http://${node.address}`)).toMatchObject({ pod: node.name, client: cluster.machineAddress });
      const pod = edge[index] ?? edge[0];
      await inPod(cluster, pod, "write", "/var/run/fairlead/who", node.name);
      await inPod(cluster, pod, "write", "/var/lib/fairlead/who", node.name);
    }
    for (const node of cluster.nodes) {
      expect(await node.exec(["cat", "/run/fairlead/who", "/var/lib/fairlead/who"])).toBe(node.name.repeat(2));
    }
  });

  test("each node has its bpffs, its pods below its cgroup in every hierarchy, and its own rules", async () => {
    const [first, second] = pair(cluster.nodes);
    await first.exec(["mkdir", "/sys/fs/bpf/mine"]);
    expect(await first.exec(["ls", "/sys/fs/bpf"])).toContain("mine");
    expect(await second.exec(["ls", "/sys/fs/bpf"])).not.toContain("mine");
    for (const node of cluster.nodes) {
      const tasks = await node.exec(["ctr", "-n", "k8s.io", "tasks", "list"]);
      const pids = [...tasks.matchAll(/^\S+\s+(\d+)\s+RUNNING/gm)].map(([, pid = ""]) => pid);
      // echo, edge and CoreDNS, each with the pause that holds its namespaces.
      expect(pids).toHaveLength(6);
      const paths = pids.flatMap((pid) => readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n"));
      const elsewhere = paths.filter((line) => !(line.split(":")[2] ?? "").startsWith(`${node.cgroup}/kubepods/`));
      expect(elsewhere).toEqual([]);
      expect(await node.exec(["nft", "list", "tables"])).toContain("table ip kube-proxy");
    }
    expect((await first.attempt(["nft", "list", "table", "ip", "fairlead-lab"])).stdout).toContain(first.podCidr);
  });

  test("a pod's token for an audience is found good for that audience alone", async () => {
    const token = await inPod(cluster, echo[0], "read", TOKEN_PATH);
    const review = async (audience: string): Promise<{ authenticated?: boolean; user?: { username: string } }> => {
      const spec = { token, audiences: [audience] };
      const object = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec };
      return JSON.parse(await cluster.kubectl(["create", "-o", "json", "-f", "-"], JSON.stringify(object))).status;
    };
    expect(await review(AUDIENCE)).toMatchObject({
      authenticated: true,
      user: { username: `system:serviceaccount:${NAMESPACE}:default` },
    });
    expect((await review("somebody.else")).authenticated).not.toBe(true);
  });

  test("the API asks who may do what, and nodes may change only what is theirs", async () => {
    const asPod = ["--as", `system:serviceaccount:${NAMESPACE}:default`];
    await expect(cluster.kubectl(["get", "secrets", "-A", ...asPod])).rejects.toThrow("secrets is forbidden");
    expect(await cluster.kubectl(["-n", "kube-node-lease", "get", "leases", "-o", "name"])).toContain("k8s-w1");
    const [node] = pair(cluster.nodes);
    const config = ["--kubeconfig", `/etc/kubernetes/kubelet-${node.name}.conf`];
    const label = (name: string, word: string) =>
      node.attempt([lab().kubectl, ...config, "label", "node", name, `${word}=kubelet`]);
    expect((await label("k8s-ctr", "example.com/by")).code).toBe(0);
    expect((await label("k8s-w1", "example.com/by")).stderr).toContain("only its own Node object");
    const restricted = await label("k8s-ctr", "node-restriction.kubernetes.io/by");
    expect(restricted.stderr).toContain("is not allowed to modify labels");
  });

  test("kubectl logs, exec and port-forward work on every node", async () => {
    for (const pod of [...echo, ...edge]) {
      expect(await cluster.kubectl(["-n", NAMESPACE, "logs", pod.name])).toContain("serving at");
      expect(await inPod(cluster, pod, "read", "/etc/hostname")).not.toBe("");
      if (pod.name.startsWith("edge")) continue;
      const args = ["--kubeconfig", cluster.kubeconfig, "-n", NAMESPACE, "port-forward", pod.name, ":8080"];
      const forward = startProgram({ command: lab().kubectl, args });
      try {
        const port = await eventually(() => {
          const found = /127\.0\.0\.1:(\d+)/.exec(forward.lines.join("\n"))?.[1];
          if (found === undefined) throw new Error(`port-forward says ${forward.lines.join(" ")}`);
          return found;
        });
        expect(await get(`http://127.0.0.1:${port}`)).toMatchObject({ pod: pod.name });
      } finally {
        await forward.stop();
      }
    }
  });

  test("an image that was loaded runs by its name, as if it had been pulled", { timeout: 180_000 }, async () => {
    const { path, reference } = await buildImage("fairlead-agent");
    expect(reference).toMatch(/^ghcr\.io\/fairlead\/fairlead-agent:\d/);
    await lab().load(path, await ensureEchoImage(console.error));
    for (const node of cluster.nodes) {
      const pod = `agent-${node.name}`;
      const container = { name: "node", image: reference, imagePullPolicy: "IfNotPresent" };
      const command = ["/usr/local/bin/node", "-p", "process.version"];
      const spec = { nodeName: node.name, restartPolicy: "Never", containers: [{ ...container, command }] };
      const object = { apiVersion: "v1", kind: "Pod", metadata: { name: pod, namespace: NAMESPACE }, spec };
      await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(object));
      const done = "--for=jsonpath={.status.phase}=Succeeded";
      await cluster.kubectl(["-n", NAMESPACE, "wait", done, `pod/${pod}`, "--timeout=60s"]);
      expect(await cluster.kubectl(["-n", NAMESPACE, "logs", pod])).toContain("v24.");
    }
  });

  test("a node whose containerd and kubelet restart goes on serving, and takes new pods", {
    timeout: 120_000,
  }, async () => {
    const [, node] = pair(cluster.nodes);
    const [, before] = echo;
    const failures: unknown[] = [];
    let [answers, over] = [0, false];
    const asking = (async () => {
      while (!over) {
        for (const url of [`http://${before.address}:8080`, `http://${node.address}`]) {
          await get(url).then(
            () => answers++,
            (error) => failures.push(error),
          );
        }
      }
    })();
    await node.restart();
    const fresh = ["run", "fresh", "--image", "fairlead.dev/lab/echo:1", "--image-pull-policy=Never"];
    const place = ["--overrides", JSON.stringify({ spec: { nodeName: node.name } })];
    await cluster.kubectl(["-n", NAMESPACE, ...fresh, ...place, "--", "serve"]);
    await cluster.kubectl(["-n", NAMESPACE, "wait", "--for=condition=Ready", "pod/fresh", "--timeout=60s"]);
    over = true;
    await asking;
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(10);
    expect(pair(await podsOf(cluster, "echo"))[1]).toEqual(before);
    expect((await getFrom(cluster, before, "http://echo")).host).toBe("echo");
  });

  test("the command line shows and enters it", async () => {
    const command = (...words: string[]) => run([process.execPath, MAIN, "--name", NAME, ...words]);
    const status = await command("status");
    for (const { name, address, podCidr } of cluster.nodes) {
      expect(status).toContain(`node ${name} (${address}, pods ${podCidr}): ready`);
    }
    expect(status).not.toContain("not running");
    expect(await command("kubectl", "get", "nodes", "-o", "name")).toBe("node/k8s-ctr\nnode/k8s-w1\n");
    expect(await command("shell", "k8s-w1", "--", "hostname")).toBe("k8s-w1\n");
    expect(await command("shell", "router", "--", "ip", "-4", "address")).toContain(lab().outside.addresses[0]);
    expect(await command("logs", "kubelet", "--node", "k8s-w1", "-n", "2")).not.toBe("");
    await expect(command("load", "absent.tar")).rejects.toThrow("absent.tar");
    await expect(command("shell", "k8s-w9")).rejects.toThrow("is none of the nodes k8s-ctr, k8s-w1, router");
  });

  test("a lab of that name that runs is not made again", async () => {
    await expect(startLab({ name: NAME })).rejects.toThrow(`The lab "${NAME}" is up since`);
  });

  test("going down leaves nothing, whatever runs", { timeout: 120_000 }, async () => {
    const directory = labDirectory(NAME);
    const indices = claimedIndices(directory);
    expect(await leftovers(directory, indices)).not.toEqual([]);
    expect(await down(directory)).toBe(true);
    expect(await leftovers(directory, indices)).toEqual([]);
  });
});

const NODE_LINE = [
  "{.metadata.name}",
  '{.status.addresses[?(@.type=="InternalIP")].address}',
  "{.status.nodeInfo.kubeletVersion}",
  '{.status.conditions[?(@.type=="Ready")].status}{"\\n"}',
].join(" ");

function onlyCluster({ clusters }: Lab): LabCluster {
  const [first] = clusters;
  if (first === undefined) throw new Error("the lab has no cluster");
  return first;
}
