import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MeshError } from "@fairlead/core";
import { ApiClient } from "./cluster/api-client.ts";
import { issueCertificates, pkiFolder } from "./cluster/certificates.ts";
import { withMergedArchives } from "./cluster/load-images.ts";
import { startControlPlane, startRuntime, waitUntilReady } from "./cluster/start-cluster.ts";
import { removeLab } from "./down.ts";
import { type LabRecord, readLab, writeLab } from "./lab-directory.ts";
import { makeCgroup } from "./machine/cgroups.ts";
import { claimIndices } from "./machine/claims.ts";
import { lockLab } from "./machine/lab-lock.ts";
import { Ledger, type LedgerOptions } from "./machine/ledger.ts";
import { setMachineSysctls } from "./machine/machine-sysctls.ts";
import { makeNetwork } from "./machine/network.ts";
import { HOLDER, nodeProcess, startHolder } from "./machine/node-programs.ts";
import { isAlive } from "./machine/processes.ts";
import type { ClusterPlan } from "./plan/cluster-plan.ts";
import type { LabOptions } from "./plan/lab-options.ts";
import { type LabPlan, labKubeconfig, planLab } from "./plan/lab-plan.ts";
import { type Say, Stages } from "./stages.ts";

/** What `up` needs besides the lab's options. */
export interface UpSettings {
  readonly options: LabOptions;
  readonly directory: string;
  /** The folder with the Kubernetes components; see `ensureKubernetes`. */
  readonly kubernetes: string;
  /** The folder with the CNI plugins. */
  readonly cniPlugins: string;
  /** Image archives put on every node: at least `pause` and CoreDNS. */
  readonly images: readonly string[];
  readonly say: Say;
  readonly owner?: LabRecord["owner"];
  /** Ends after the nodes' namespaces are set up, without Kubernetes in them. Default false. */
  readonly machineOnly?: boolean;
  readonly onStep?: LedgerOptions["onStep"];
}

/**
 * Brings the lab up and returns once every node and CoreDNS is ready. What an earlier `up` of the same lab left is
 * taken away first. Throws `already_exists` when the lab runs. When it fails, what was made stays for `logs` and `down`.
 */
export async function up(settings: UpSettings): Promise<LabPlan> {
  const { directory, options, say } = settings;
  using _ = lockLab(directory);
  const before = readLab(directory);
  if (before?.readyAt !== undefined && isUp(before.plan)) {
    throw new MeshError("already_exists", {
      public: `The lab "${options.name}" is up since ${before.readyAt}; take it down first to have another one`,
    });
  }
  const stages = new Stages(say);
  if (existsSync(directory)) await stages.run("removed what an earlier attempt left", () => removeLab(directory, say));
  using ledger = Ledger.open({ directory, ...(settings.onStep === undefined ? {} : { onStep: settings.onStep }) });
  // Recorded before the cluster numbers, hence put back after these are free: of two labs that go at once one is the last.
  await ledger.make({ kind: "sysctls", owner: directory }, () => {});
  const indices = await claimIndices(ledger, directory, options.clusters);
  const plan = planLab(options, { directory, indices, kubernetes: settings.kubernetes });
  const record: LabRecord = { plan, ...(settings.owner === undefined ? {} : { owner: settings.owner }) };
  writeLab(record);

  await stages.run("certificates and files", () => Promise.all(plan.clusters.map((one) => writeFiles(one, settings))));
  writeKubeconfigs(plan);
  await stages.run("network", () => makeNetwork(plan, ledger));
  await setMachineSysctls();
  await stages.run("nodes", () => makeNodes(plan, ledger));
  if (settings.machineOnly !== true) {
    await withMergedArchives(directory, settings.images, async (images) => {
      await Promise.all(plan.clusters.map((cluster) => startCluster(cluster, images, stages)));
    });
  }
  writeLab({ ...record, readyAt: new Date().toISOString() });
  say(`up in ${stages.total}`);
  return plan;
}

/** Whether every node's namespaces are still held. */
function isUp(plan: LabPlan): boolean {
  return plan.clusters.every(({ nodes }) =>
    nodes.every((node) => {
      const holder = nodeProcess(node, HOLDER);
      return holder !== undefined && isAlive(holder);
    }),
  );
}

async function writeFiles(cluster: ClusterPlan, { cniPlugins }: UpSettings): Promise<void> {
  for (const node of cluster.nodes) {
    for (const folder of node.binds) mkdirSync(join(node.root, folder), { recursive: true });
    for (const [path, content] of Object.entries(node.files)) {
      mkdirSync(dirname(join(node.root, path)), { recursive: true });
      writeFileSync(join(node.root, path), content);
    }
    for (const plugin of await readdir(cniPlugins)) {
      symlinkSync(join(cniPlugins, plugin), join(node.root, "opt/cni/bin", plugin));
    }
  }
  await issueCertificates(cluster);
}

function writeKubeconfigs(plan: LabPlan): void {
  const pem = (cluster: ClusterPlan, file: string) => readFileSync(join(pkiFolder(cluster), file), "utf8");
  writeFileSync(plan.kubeconfig, labKubeconfig(plan, pem), { mode: 0o600 });
  for (const cluster of plan.clusters) {
    writeFileSync(cluster.kubeconfig, labKubeconfig({ ...plan, clusters: [cluster] }, pem), { mode: 0o600 });
  }
}

async function makeNodes(plan: LabPlan, ledger: Ledger): Promise<void> {
  const nodes = plan.clusters.flatMap((cluster) => cluster.nodes);
  for (const node of nodes) await ledger.make({ kind: "cgroup", path: node.cgroup }, () => makeCgroup(node.cgroup));
  await ledger.make({ kind: "process", mark: plan.directory }, () => Promise.all(nodes.map(startHolder)));
}

async function startCluster(cluster: ClusterPlan, images: readonly string[], stages: Stages): Promise<void> {
  const stage = <T>(name: string, work: () => Promise<T>) => stages.run(`${cluster.name}: ${name}`, work);
  const client = new ApiClient(cluster);
  try {
    const api = stage("API server", () => startControlPlane(cluster, client));
    const runtimes = cluster.nodes.map((node) =>
      stage(`${node.name}: containerd, images`, () => startRuntime(node, images)),
    );
    await Promise.all([api, ...runtimes]);
    await stage("nodes and CoreDNS ready", () => waitUntilReady(cluster, client));
  } finally {
    client[Symbol.dispose]();
  }
}
