import { join } from "node:path";
import { cniConflist } from "./cni-conflist.ts";
import { containerdConfig } from "./containerd-config.ts";
import { kubeProxyConfig } from "./kube-proxy-config.ts";
import { componentKubeconfig } from "./kubeconfig.ts";
import { kubeletConfig } from "./kubelet-config.ts";
import type { Route } from "./lab-plan.ts";
import { type ProgramPlan, programPlans } from "./program-plans.ts";

/** One node: a network, mount and host name namespace with Kubernetes in it. */
export interface NodePlan {
  readonly name: string;
  readonly controlPlane: boolean;
  readonly address: string;
  readonly podCidr: string;
  /** Its network namespace. */
  readonly namespace: string;
  /** The end of its veth that is on the bridge; the other end is `eth0` in the namespace. */
  readonly hostLink: string;
  readonly gateway: string;
  /** The other nodes' pod ranges. */
  readonly routes: readonly Route[];
  /** Set in its network namespace, so the machine's own stay as they are. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Rules of its network namespace, for `nft -f`. */
  readonly nftables: string;
  /** Its cgroup, as a path from the root of each hierarchy; its pods are children. */
  readonly cgroup: string;
  /** Holds its files and logs. */
  readonly directory: string;
  /** Its files: found in the node under the same path without this prefix. */
  readonly root: string;
  /** Directories whose content is the node's own and kept under `root`. */
  readonly binds: readonly string[];
  /** Written under `root` before the node starts: path as seen in the node → content. */
  readonly files: Readonly<Record<string, string>>;
  /** Certificates and keys are put here, as seen in the node. */
  readonly pki: string;
  readonly programs: readonly ProgramPlan[];
}

interface Member {
  readonly name: string;
  readonly controlPlane: boolean;
  readonly index: number;
  readonly address: string;
  readonly podCidr: string;
}

export interface NodeSetting {
  readonly cluster: {
    readonly index: number;
    readonly directory: string;
    readonly server: string;
    readonly podCidr: string;
    readonly gateway: string;
    readonly hosts: readonly { readonly address: string; readonly name: string }[];
  };
  readonly member: Member;
  readonly others: readonly Member[];
  readonly cni: "ptp" | "bridge";
  readonly kubeProxy: boolean;
  readonly kubernetes: string;
}

const PKI = "/etc/kubernetes/pki";

export function planNode(setting: NodeSetting): NodePlan {
  const { cluster, member, others } = setting;
  const cgroup = `/fairlead-lab/c${cluster.index}/${member.name}`;
  const directory = join(cluster.directory, member.name);
  const users = [
    `kubelet-${member.name}`,
    ...(setting.kubeProxy ? ["kube-proxy"] : []),
    ...(member.controlPlane ? ["controller-manager", "scheduler"] : []),
  ];
  return {
    name: member.name,
    controlPlane: member.controlPlane,
    address: member.address,
    podCidr: member.podCidr,
    namespace: `flab${cluster.index}-${member.name}`,
    hostLink: `flab${cluster.index}n${member.index}`,
    gateway: cluster.gateway,
    routes: others.map((other) => ({ to: other.podCidr, via: other.address })),
    sysctls: {
      "net.ipv4.ip_forward": "1",
      "net.ipv4.conf.all.rp_filter": "0",
      "net.ipv4.conf.default.rp_filter": "0",
    },
    nftables: nodeRules(member.podCidr),
    cgroup,
    directory,
    root: join(directory, "root"),
    binds: [
      "/etc/cni/net.d",
      "/etc/containerd",
      "/etc/kubernetes",
      "/opt/cni/bin",
      "/var/lib/cni",
      "/var/lib/containerd",
      "/var/lib/fairlead",
      "/var/lib/kube-proxy",
      "/var/lib/kubelet",
      "/var/log/containers",
      "/var/log/pods",
      ...(member.controlPlane ? ["/var/lib/etcd"] : []),
    ],
    files: {
      "/etc/hostname": `${member.name}\n`,
      "/etc/hosts": ["127.0.0.1 localhost", ...cluster.hosts.map(({ address, name }) => `${address} ${name}`), ""].join(
        "\n",
      ),
      // There is no way out of a lab, hence no resolver to ask; CoreDNS answers pods.
      "/etc/resolv.conf": "options timeout:1 attempts:1\n",
      "/etc/cni/net.d/10-lab.conflist": cniConflist(setting.cni, member.podCidr),
      "/etc/containerd/config.toml": containerdConfig(),
      "/var/lib/kubelet/config.json": kubeletConfig({ cgroup, node: member.name, pki: PKI }),
      ...(setting.kubeProxy
        ? { "/var/lib/kube-proxy/config.json": kubeProxyConfig({ node: member.name, podCidr: cluster.podCidr }) }
        : {}),
      ...Object.fromEntries(
        users.map((user) => [`/etc/kubernetes/${user}.conf`, componentKubeconfig(cluster.server, PKI, user)]),
      ),
    },
    pki: PKI,
    programs: programPlans({ ...setting, pki: PKI }),
  };
}

/** Pods keep their address towards everything in a lab; what goes further takes the node's. */
function nodeRules(podCidr: string): string {
  return `table ip fairlead-lab {
  chain postrouting {
    type nat hook postrouting priority srcnat + 10;
    ip saddr ${podCidr} ip daddr != { 10.96.0.0/16, 198.18.0.0/15 } oifname "eth0" masquerade
  }
}
`;
}
