interface KubeProxy {
  readonly node: string;
  /** The pod ranges of the whole cluster. */
  readonly podCidr: string;
}

/** A KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), as JSON: nftables mode, no sysctl touched. */
export function kubeProxyConfig({ node, podCidr }: KubeProxy): string {
  const config = {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    hostnameOverride: node,
    clusterCIDR: podCidr,
    clientConnection: { kubeconfig: "/etc/kubernetes/kube-proxy.conf" },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    // New endpoints within a tenth of a second: tests wait for them.
    nftables: { minSyncPeriod: "100ms" },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
