/** The CNI configuration of a node; addresses come from its pod range. */
export function cniConflist(plugin: "ptp" | "bridge", podCidr: string): string {
  const ipam = {
    type: "host-local",
    ranges: [[{ subnet: podCidr }]],
    routes: [{ dst: "0.0.0.0/0" }],
    dataDir: "/var/lib/cni",
  };
  const interfaces =
    plugin === "ptp"
      ? { type: "ptp", ipMasq: false, mtu: 1500, ipam }
      : { type: "bridge", bridge: "cni0", isGateway: true, ipMasq: false, hairpinMode: true, mtu: 1500, ipam };
  return `${JSON.stringify({ cniVersion: "1.0.0", name: "lab", plugins: [interfaces] }, undefined, 2)}\n`;
}
