import { setTimeout as sleep } from "node:timers/promises";
import { enterNode, logFile, nodeProcess, startNodeProgram, stopNodeProgram } from "../machine/node-programs.ts";
import { isAlive } from "../machine/processes.ts";
import { run } from "../machine/run.ts";
import type { ClusterPlan } from "../plan/cluster-plan.ts";
import type { NodePlan } from "../plan/node-plan.ts";
import type { ProgramPlan } from "../plan/program-plans.ts";
import { ApiClient, objectPath } from "./api-client.ts";
import { importImages } from "./load-images.ts";

type ProgramName = ProgramPlan["name"];

/** Programs that run before there is an API to ask, and those that need one. */
const CONTROL_PLANE = ["etcd", "kube-apiserver"] as const satisfies readonly ProgramName[];
const CONTROLLERS = ["kube-controller-manager", "kube-scheduler"] as const satisfies readonly ProgramName[];

/** Starts etcd, API server, controllers and scheduler; returns once the API server is ready. */
export async function startControlPlane(cluster: ClusterPlan, client: ApiClient): Promise<void> {
  const node = cluster.nodes.find(({ controlPlane }) => controlPlane);
  if (node === undefined) throw new Error(`cluster ${cluster.name} has no control plane`);
  for (const name of CONTROL_PLANE) start(node, name);
  await until("the API server", node, CONTROL_PLANE, () => client.get("/readyz"));
  for (const name of CONTROLLERS) start(node, name);
}

/** Starts containerd and puts the images in. */
export async function startRuntime(node: NodePlan, images: readonly string[]): Promise<void> {
  start(node, "containerd");
  await until("containerd", node, ["containerd"], () => run(enterNode(node, ["ctr", "version"])));
  await importImages([node], images);
}

/**
 * Ends kubelet and containerd and starts them again, as a node's reboot does to who watches it; pods go on. Returns once the
 * API server reaches the kubelet, which says of itself that it is ready.
 */
export async function restartNode(node: NodePlan, cluster: ClusterPlan): Promise<void> {
  await stopNodeProgram(node, "kubelet");
  await stopNodeProgram(node, "containerd");
  start(node, "containerd");
  await until("containerd", node, ["containerd"], () => run(enterNode(node, ["ctr", "version"])));
  start(node, "kubelet");
  using client = new ApiClient(cluster);
  const healthz = `/api/v1/nodes/${node.name}/proxy/healthz`;
  await until(`the kubelet of ${node.name}`, node, ["kubelet", "containerd"], () => client.get(healthz));
  await untilNodeReady(node, client);
}

/**
 * Starts the kubelets, which would back off for seconds were there no API server yet, applies the manifests, gives the
 * nodes their pod ranges and roles, starts kube-proxy, and waits until nodes and CoreDNS are ready.
 */
export async function waitUntilReady(cluster: ClusterPlan, client: ApiClient): Promise<void> {
  const control = cluster.nodes.find(({ controlPlane }) => controlPlane);
  if (control === undefined) throw new Error(`cluster ${cluster.name} has no control plane`);
  for (const node of cluster.nodes) start(node, "kubelet");
  for (const object of cluster.manifests) {
    // The first objects may come before what admission wants of the namespace.
    await until(`${objectPath(object)}`, control, CONTROL_PLANE, () => client.apply(objectPath(object), object));
  }
  for (const node of cluster.nodes) {
    const path = `/api/v1/nodes/${node.name}`;
    await until(`node ${node.name}`, node, ["kubelet", "containerd"], () => client.get(path));
    await client.merge(path, {
      metadata: { labels: node.controlPlane ? { "node-role.kubernetes.io/control-plane": "" } : {} },
      spec: { podCIDR: node.podCidr, podCIDRs: [node.podCidr] },
    });
    // It looks its node up once, when it starts.
    if (node.programs.some(({ name }) => name === "kube-proxy")) start(node, "kube-proxy");
  }
  for (const node of cluster.nodes) {
    await untilNodeReady(node, client);
  }
  // Without kube-proxy CoreDNS cannot reach the API at its Service's address until something else serves that.
  if (!control.programs.some(({ name }) => name === "kube-proxy")) return;
  await until("CoreDNS", control, CONTROLLERS, async () => {
    const path = "/apis/apps/v1/namespaces/kube-system/deployments/coredns";
    const { spec, status }: DeploymentObject = JSON.parse(await client.get(path));
    const ready = status?.readyReplicas ?? 0;
    if (ready < spec.replicas) throw new Error(`${ready} of ${spec.replicas} replicas are ready`);
  });
}

function untilNodeReady(node: NodePlan, client: ApiClient): Promise<void> {
  return until(`node ${node.name} to be ready`, node, ["kubelet", "containerd"], async () => {
    const { status }: NodeObject = JSON.parse(await client.get(`/api/v1/nodes/${node.name}`));
    const ready = status.conditions?.find(({ type }) => type === "Ready");
    if (ready?.status !== "True") throw new Error(ready?.message ?? "it has not reported yet");
  });
}

interface NodeObject {
  readonly status: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
}

interface DeploymentObject {
  readonly spec: { readonly replicas: number };
  readonly status?: { readonly readyReplicas?: number };
}

function start(node: NodePlan, name: ProgramName): void {
  const program = node.programs.find((one) => one.name === name);
  if (program === undefined) throw new Error(`node ${node.name} has no ${name}`);
  startNodeProgram(node, program);
}

/** Tries until it works, at most `timeoutMs`; fails at once, naming the log, when a program it hangs on has ended. */
async function until(
  what: string,
  node: NodePlan,
  programs: readonly ProgramName[],
  check: () => Promise<unknown>,
  timeoutMs = 180_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const ended = programs.find((name) => {
        const identity = nodeProcess(node, name);
        return identity !== undefined && !isAlive(identity);
      });
      if (ended !== undefined) throw new Error(`${ended} of ${node.name} has ended; see ${logFile(node, ended)}`);
      if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for ${what}: ${words}`);
    }
    await sleep(100);
  }
}
