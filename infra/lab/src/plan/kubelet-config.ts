import { DNS_ADDRESS } from "./addresses.ts";

interface Kubelet {
  readonly cgroup: string;
  readonly node: string;
  readonly pki: string;
}

/** A KubeletConfiguration (kubelet.config.k8s.io/v1beta1), as JSON. */
export function kubeletConfig({ cgroup, node, pki }: Kubelet): string {
  const config = {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${pki}/ca.crt` },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: `${pki}/kubelet-${node}.crt`,
    tlsPrivateKeyFile: `${pki}/kubelet-${node}.key`,
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    clusterDNS: [DNS_ADDRESS],
    clusterDomain: "cluster.local",
    resolvConf: "/etc/resolv.conf",
    cgroupDriver: "cgroupfs",
    // Without cgroups by quality of service a kubelet names no parent to the runtime, whatever the root is.
    cgroupsPerQOS: true,
    cgroupRoot: cgroup,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    // The machine's disk and memory are shared with much else: evict only when next to nothing is left.
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "nodefs.inodesFree": "1%",
      "imagefs.available": "1%",
    },
    // Images cannot be pulled again: never collect them.
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    volumePluginDir: "/var/lib/kubelet/volume-plugins",
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
