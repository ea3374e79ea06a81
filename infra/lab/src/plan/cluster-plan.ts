import { join } from "node:path";
import { clusterAddresses, nodeAddresses } from "./addresses.ts";
import { type CertificatePlan, certificatePlans } from "./certificate-plan.ts";
import { corednsManifests } from "./coredns-manifests.ts";
import type { LabOptions } from "./lab-options.ts";
import { type NodePlan, planNode } from "./node-plan.ts";
import { API_PORT } from "./program-plans.ts";

/** One cluster: its segment, its nodes, and what is in its API from the start. */
export interface ClusterPlan {
  /** `c1`, `c2`, …: unique in the lab, and the kubeconfig's context. */
  readonly name: string;
  /** The cluster's number on this machine. */
  readonly index: number;
  readonly directory: string;
  /** The API server's URL. */
  readonly server: string;
  readonly kubeconfig: string;
  /** The bridge in the machine's own namespace. */
  readonly bridge: string;
  /** The machine's address on the bridge, with its length. */
  readonly machine: string;
  readonly podCidr: string;
  readonly certificates: readonly CertificatePlan[];
  readonly nodes: readonly NodePlan[];
  /** Kubernetes objects applied once the API server is ready. */
  readonly manifests: readonly object[];
}

interface ClusterPlace {
  readonly index: number;
  readonly name: string;
  readonly directory: string;
  readonly kubernetes: string;
}

/** The plan of one cluster; the first node runs the control plane and takes pods like any other. */
export function planCluster(options: LabOptions, place: ClusterPlace): ClusterPlan {
  const { index, name, directory, kubernetes } = place;
  const { podCidr, machine, outside } = clusterAddresses(index);
  const members = Array.from({ length: options.nodes }, (_, i) => ({
    name: i === 0 ? "k8s-ctr" : `k8s-w${i}`,
    controlPlane: i === 0,
    index: i,
    ...nodeAddresses(index, i),
  }));
  const server = `https://${nodeAddresses(index, 0).address}:${API_PORT}`;
  const hosts = [
    { address: machine, name: "machine.lab" },
    { address: outside, name: "router.lab" },
    ...members.map((member) => ({ address: member.address, name: member.name })),
  ];
  return {
    name,
    index,
    directory,
    server,
    kubeconfig: join(directory, "kubeconfig"),
    bridge: `flab${index}`,
    machine: `${machine}/24`,
    podCidr,
    certificates: certificatePlans(members),
    nodes: members.map((member) =>
      planNode({
        cluster: { index, directory, server, podCidr, gateway: machine, hosts },
        member,
        others: members.filter((other) => other !== member),
        cni: options.cni,
        kubeProxy: options.kubeProxy,
        kubernetes,
      }),
    ),
    manifests: corednsManifests({ hosts, replicas: Math.min(options.nodes, 2) }),
  };
}
