import { ApiClient } from "../cluster/api-client.ts";
import type { LabRecord } from "../lab-directory.ts";
import { HOLDER, nodeProcess } from "../machine/node-programs.ts";
import { isAlive } from "../machine/processes.ts";
import type { ClusterPlan } from "../plan/cluster-plan.ts";
import type { NodePlan } from "../plan/node-plan.ts";

export interface LabStatus {
  readonly name: string;
  readonly readyAt: string | undefined;
  readonly clusters: readonly ClusterStatus[];
}

interface ClusterStatus {
  readonly name: string;
  readonly server: string;
  readonly kubeconfig: string;
  /** `ready`, or why not. */
  readonly api: string;
  readonly nodes: readonly NodeStatus[];
}

interface NodeStatus {
  readonly name: string;
  readonly address: string;
  readonly podCidr: string;
  /** `ready`, or why not. */
  readonly ready: string;
  /** Component → process number, or undefined when it does not run. */
  readonly programs: readonly { readonly name: string; readonly pid: number | undefined }[];
}

/** Looks at a lab as it is now. */
export async function labStatus({ plan, readyAt }: LabRecord): Promise<LabStatus> {
  return { name: plan.name, readyAt, clusters: await Promise.all(plan.clusters.map(clusterStatus)) };
}

/** A status for people. */
export function statusText({ name, readyAt, clusters }: LabStatus): string {
  const lines = [
    `lab ${name}: ${readyAt === undefined ? "unfinished; `down` removes it" : `up since ${readyAt}`}`,
    ...clusters.flatMap((cluster) => [
      `  cluster ${cluster.name}: API ${cluster.api} at ${cluster.server}`,
      `    kubeconfig ${cluster.kubeconfig}`,
      ...cluster.nodes.flatMap((node) => [
        `    node ${node.name} (${node.address}, pods ${node.podCidr}): ${node.ready}`,
        ...node.programs.map(
          (one) => `      ${one.name.padEnd(24)} ${one.pid === undefined ? "not running" : one.pid}`,
        ),
      ]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

async function clusterStatus(cluster: ClusterPlan): Promise<ClusterStatus> {
  const { name, server, kubeconfig } = cluster;
  try {
    using client = new ApiClient(cluster);
    const list: NodeList = JSON.parse(await client.get("/api/v1/nodes"));
    const readiness = new Map(list.items.map(({ metadata, status }) => [metadata.name, readyWords(status)]));
    const nodes = cluster.nodes.map((node) => nodeStatus(node, readiness.get(node.name) ?? "not registered"));
    return { name, server, kubeconfig, api: "ready", nodes };
  } catch (error) {
    const api = `not ready (${error instanceof Error ? error.message : error})`;
    return { name, server, kubeconfig, api, nodes: cluster.nodes.map((node) => nodeStatus(node, "unknown")) };
  }
}

function nodeStatus(node: NodePlan, ready: string): NodeStatus {
  const programs = [HOLDER, ...node.programs.map(({ name }) => name)].map((name) => {
    const identity = nodeProcess(node, name);
    return { name, pid: identity !== undefined && isAlive(identity) ? identity.pid : undefined };
  });
  return { name: node.name, address: node.address, podCidr: node.podCidr, ready, programs };
}

function readyWords(status: NodeList["items"][number]["status"]): string {
  const condition = status.conditions?.find(({ type }) => type === "Ready");
  return condition?.status === "True" ? "ready" : `not ready (${condition?.message ?? "it has not reported"})`;
}

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
  }[];
}
