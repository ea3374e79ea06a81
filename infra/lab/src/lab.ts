import type { CommandResult } from "@fairlead/testkit";
import { loadImages } from "./cluster/load-images.ts";
import { restartNode } from "./cluster/start-cluster.ts";
import { down } from "./down.ts";
import { enterNode } from "./machine/node-programs.ts";
import { attempt, run } from "./machine/run.ts";
import type { ClusterPlan } from "./plan/cluster-plan.ts";
import type { LabPlan } from "./plan/lab-plan.ts";
import type { NodePlan } from "./plan/node-plan.ts";

/** A running lab. Disposing it takes it down. */
export interface Lab extends AsyncDisposable {
  readonly name: string;
  /** A kubeconfig with a context per cluster. */
  readonly kubeconfig: string;
  /** The kubectl of the clusters' release. */
  readonly kubectl: string;
  readonly clusters: readonly LabCluster[];
  /** The host outside the clusters. */
  readonly outside: Shell;
  /** Puts image archives (OCI or Docker) on every node of every cluster. */
  load(...archives: string[]): Promise<void>;
}

export interface LabCluster {
  /** `c1`, `c2`, … */
  readonly name: string;
  readonly kubeconfig: string;
  /** The API server's URL, reachable from the machine. */
  readonly server: string;
  /** Where pods and nodes reach what listens on the machine. */
  readonly machineAddress: string;
  readonly nodes: readonly LabNode[];
  /** Runs kubectl as the cluster's administrator and gives its output. Throws with its words when it fails. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  load(...archives: string[]): Promise<void>;
}

export interface Shell {
  readonly name: string;
  /** Its addresses, one per cluster. */
  readonly addresses: readonly string[];
  /** Runs a command there and gives what it wrote. Throws with its words when it fails. */
  exec(command: readonly string[], input?: string): Promise<string>;
  /** Runs a command there to its end, whatever that is. */
  attempt(command: readonly string[], input?: string): Promise<CommandResult>;
}

export interface LabNode extends Shell {
  readonly address: string;
  readonly podCidr: string;
  /** The node's cgroup, as a path from the root of the hierarchy. */
  readonly cgroup: string;
  /** What containerd, kubelet and the others write, one file each. */
  readonly logs: string;
  /** Ends containerd and kubelet and starts them again; pods go on. Returns once the node is ready. */
  restart(): Promise<void>;
}

/** The handle of a lab that is up. */
export function openLab(plan: LabPlan, kubectl: string): Lab {
  const clusters = plan.clusters.map((cluster) => openCluster(cluster, kubectl));
  return {
    name: plan.name,
    kubeconfig: plan.kubeconfig,
    kubectl,
    clusters,
    outside: shell(
      plan.outside.name,
      plan.outside.legs.map(({ address }) => address.split("/")[0] ?? ""),
      // The network alone is its own: files and everything else are the machine's.
      (command) => ["nsenter", `--net=/run/netns/${plan.outside.namespace}`, "--", ...command],
    ),
    load: (...archives) =>
      loadImages(
        plan.directory,
        plan.clusters.flatMap(({ nodes }) => nodes),
        archives,
      ),
    [Symbol.asyncDispose]: async () => {
      await down(plan.directory);
    },
  };
}

function openCluster(cluster: ClusterPlan, kubectl: string): LabCluster {
  return {
    name: cluster.name,
    kubeconfig: cluster.kubeconfig,
    server: cluster.server,
    machineAddress: cluster.machine.split("/")[0] ?? "",
    nodes: cluster.nodes.map((node) => openNode(node, cluster)),
    kubectl: (args, input) =>
      run([kubectl, "--kubeconfig", cluster.kubeconfig, ...args], { timeoutMs: 300_000, ...given(input) }),
    load: (...archives) => loadImages(cluster.directory, cluster.nodes, archives),
  };
}

function openNode(node: NodePlan, cluster: ClusterPlan): LabNode {
  return {
    ...shell(node.name, [node.address], (command) => enterNode(node, command)),
    address: node.address,
    podCidr: node.podCidr,
    cgroup: node.cgroup,
    logs: `${node.directory}/logs`,
    restart: () => restartNode(node, cluster),
  };
}

function shell(name: string, addresses: string[], enter: (command: readonly string[]) => string[]): Shell {
  return {
    name,
    addresses,
    exec: (command, input) => run(enter(command), given(input)),
    attempt: (command, input) => attempt(enter(command), given(input)),
  };
}

function given(input: string | undefined): { readonly input?: string } {
  return input === undefined ? {} : { input };
}
